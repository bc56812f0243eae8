// What the pages of lots add: sharing, rows that grow, and, where a page has them, checking and patients' codes.
import './actions.mjs';
import './rows.mjs';

if (document.querySelector('chain-verify')) import('./verify/element.mjs');
if (document.querySelector('dispense-code')) import('./dispense.mjs');
