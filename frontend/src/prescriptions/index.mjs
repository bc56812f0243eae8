// Pages of prescriptions: each element comes when its page does.
import { load } from '../wallet/words.mjs';

const PAGES = {
  'prescription-slips': () => import('./home.mjs'),
  'prescription-writer': () => import('./writer.mjs'),
  'prescription-signer': () => import('./signer.mjs'),
  'prescription-dispenser': () => import('./dispenser.mjs'),
  'prescription-rules': () => import('./rules.mjs'),
};

export async function define() {
  await load();
  for (const [name, page] of Object.entries(PAGES)) {
    if (document.querySelector(name)) await page();
  }
}
