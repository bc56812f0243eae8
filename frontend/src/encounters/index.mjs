// The physician's pages: each element comes when its page does.
const PAGES = {
  'encounter-desk': () => import('./desk.mjs'),
  'encounter-visit': () => import('./visit.mjs'),
};

export async function define() {
  for (const [name, load] of Object.entries(PAGES)) {
    if (document.querySelector(name)) await load();
  }
}
