// The elements of the patient's pages; each page has one of them, and only its own script comes.
const ELEMENTS = {
  'records-home': () => import('./home.mjs').then((found) => found.RecordsHome),
  'records-register': () => import('./register.mjs').then((found) => found.RecordsRegister),
  'records-profile': () => import('./profile.mjs').then((found) => found.RecordsProfile),
  'records-add': () => import('./add.mjs').then((found) => found.RecordsAdd),
  'records-file': () => import('./file.mjs').then((found) => found.RecordsFile),
  'records-export': () => import('./export.mjs').then((found) => found.RecordsExport),
};

for (const [name, fetched] of Object.entries(ELEMENTS)) {
  if (document.querySelector(name)) fetched().then((made) => customElements.define(name, made));
}
