// Pages of reviews and earnings: each element comes when its page does.
import { load } from '../wallet/words.mjs';

const PAGES = {
  'review-vault': () => import('./vault.mjs'),
  'review-proof': () => import('./proof.mjs'),
  'prescription-dispenser': () => import('./noting.mjs'),
  'harm-seen, reward-claim': () => import('./acts.mjs'),
};

export async function define() {
  await load();
  for (const [name, page] of Object.entries(PAGES)) {
    if (document.querySelector(name)) await page();
  }
}
