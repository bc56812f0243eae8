// Pages of grants: each element comes when its page does.
import { load } from '../wallet/words.mjs';

const PAGES = {
  'consent-grants': () => import('./grants.mjs'),
  'consent-new': () => import('./writing.mjs'),
  'consent-requests': () => import('./requests.mjs'),
  'consent-show': () => import('./showing.mjs'),
  'consent-accesses': () => import('./accesses.mjs'),
  'consent-received': () => import('./received.mjs'),
  'consent-proxies': () => import('./proxies.mjs'),
  'consent-guardians': () => import('./guardians.mjs'),
  'consent-emergencies': () => import('./emergencies.mjs'),
};

export async function define() {
  await load();
  for (const [name, load] of Object.entries(PAGES)) {
    if (document.querySelector(name)) await load();
  }
}
