// What the pages of lots add: sharing, rows that grow, and, where a page has them, checking and patients' codes.
import './actions.mjs';
import './rows.mjs';

const certificate = document.querySelector('chain-verify');
if (certificate) {
  // Whoever presses the button while its script is still on the way is not forgotten.
  let asked = false;
  const early = (event) => { asked ||= Boolean(event.target.closest('[data-verify], [data-verify-jump]')); };
  document.addEventListener('click', early);
  import('./verify/element.mjs').then(() => {
    document.removeEventListener('click', early);
    if (asked) certificate.run();
  });
}
if (document.querySelector('dispense-code')) import('./dispense.mjs');
