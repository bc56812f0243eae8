// Pages of one formula: writing and sealing it, and opening doses; each element comes when its page does.
import { load } from '../wallet/words.mjs';

const PAGES = {
  'formula-share': () => import('./share.mjs'),
  'formula-doses': () => import('./doses.mjs'),
};

export async function define() {
  await load();
  for (const [name, bring] of Object.entries(PAGES)) {
    if (document.querySelector(name)) await bring();
  }
}
