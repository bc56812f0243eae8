// Everything that signs; loaded when a page has a use for it.
import { defineDesk } from './desk.mjs';
import { defineForms } from './forms.mjs';
import { load } from './words.mjs';

export async function define() {
  await load();
  defineForms();
  defineDesk();
}
