// Pages of questions: the form to ask, what the asker may do about a question, and what this wallet asked.
import { load } from '../wallet/words.mjs';

export async function define() {
  await load();
  await import('./elements.mjs');
}
