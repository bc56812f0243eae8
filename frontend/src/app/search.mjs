// Search as one types: htmx for what the server draws; "/" goes to the field, Escape closes the list.
import htmx from 'htmx.org';

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;

const field = document.querySelector('.search input');
const hits = document.querySelector('#hits');

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, select, [contenteditable]');
  if (event.key === '/' && !typing && field) {
    event.preventDefault();
    field.focus();
  }
  if (event.key === 'Escape' && hits?.childElementCount) close();
});

document.addEventListener('click', (event) => {
  if (hits?.childElementCount && !event.target.closest('.search')) close();
});

hits?.addEventListener('htmx:afterSwap', () => field.setAttribute('aria-expanded', String(hits.childElementCount > 0)));

function close() {
  hits.replaceChildren();
  field.setAttribute('aria-expanded', 'false');
}
