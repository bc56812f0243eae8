// What the pages of lots add: checking in the browser, sharing, rows that grow, and patients' codes.
import './verify/element.mjs';
import './actions.mjs';
import './rows.mjs';
import './dispense.mjs';
