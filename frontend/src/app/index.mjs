// What every page has: theme, elder mode, search as one types, the wallet's state; the rest comes when a page needs it.
import './settings.mjs';
import './search.mjs';
import '../provenance/index.mjs';
import '../records/index.mjs';
import '../scan/index.mjs';
import '../units/index.mjs';
import { showAccount } from './account.mjs';

showAccount();
if (document.querySelector('epcis-capture, [data-job-running]')) import('../epcis/index.mjs');
if (document.querySelector('step-form, bulk-form, sign-form, wallet-desk')) {
  import('../wallet/elements.mjs').then(({ define }) => define());
}
if (document.querySelector('#consent-words')) import('../consent/index.mjs').then(({ define }) => define());
if (document.querySelector('consultation-ask, consultation-acts, consultation-mine')) import('../consultations/index.mjs').then(({ define }) => define());
if (document.querySelector('.formula-search, formula-quiz')) import('../formulas/finding.mjs');
if (document.querySelector('formula-share, formula-doses')) import('../formulas/index.mjs').then(({ define }) => define());
if (document.querySelector('review-vault, review-proof, prescription-dispenser, harm-seen, reward-claim')) import('../reviews/index.mjs').then(({ define }) => define());
if (document.querySelector('encounter-desk, encounter-visit')) import('../encounters/index.mjs').then(({ define }) => define());
if (document.querySelector('.prescriptions')) import('../prescriptions/index.mjs').then(({ define }) => define());

// On a phone a row of tabs is wider than the screen: the one that is open shall be seen.
for (const tab of document.querySelectorAll('main nav [aria-current="page"]')) {
  const [row, own] = [tab.parentElement.getBoundingClientRect(), tab.getBoundingClientRect()];
  tab.parentElement.scrollLeft += own.left - row.left - (row.width - own.width) / 2;
}

// A group of the navigation closes when one turns elsewhere.
document.addEventListener('click', ({ target }) => {
  for (const group of document.querySelectorAll('.nav-group[open]')) if (!group.contains(target)) group.open = false;
});
