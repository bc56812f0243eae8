// What the pages of prescriptions draw alike: findings, the slip, states.
import encodeQR from 'qr';
import { button, caution, el, icon, moment, reason as plainReason, text } from '../consent/shell.mjs';
import { writeSlip } from './slips.mjs';

export * from '../consent/shell.mjs';

const TONES = { inform: 'info', explain: 'warn', 'two-signatures': 'bad', 'hard-stop': 'bad' };
const SIGNS = { inform: 'info', explain: 'pencil', 'two-signatures': 'users', 'hard-stop': 'ban' };

/** Why something was not done; sentences of this page's own scripts go by their names. */
export const reason = (error) => (error.sentence ? text(error.sentence) : plainReason(error));

/** One finding with its grade, rule, version and source. */
export function findingRow(finding, { rules, more = null } = {}) {
  const { grade, sentence, id, source } = finding;
  const unchecked = finding.kind === 'cannot-check';
  return el('li', { class: `finding ${TONES[grade]}`, 'data-finding': id, 'data-grade': grade }, icon(unchecked ? 'circle-help' : SIGNS[grade]),
    el('div', { class: 'grow' }, el('p', {}, el('strong', {}, text(unchecked ? 'cannot-check' : `grade-${grade}`)), ' ', sentence),
      el('p', { class: 'muted tiny' }, [id, rules ? text('rules-version', { n: rules }) : text('rules-draft'), source].filter(Boolean).join(' · ')), more));
}

export const TONE_OF = { issued: 'ok', dispensed: '', cancelled: 'bad' };

/** Where a right stands, in a word. */
export function standing(right, at = Date.now() / 1000) {
  const over = right.state === 'issued' && right.until < at;
  const waits = right.state === 'issued' && !over && right.missing > 0;
  const word = over ? 'state-lapsed' : waits ? 'state-waits' : `state-${right.state}`;
  return el('span', { class: `pill ${over ? 'bad' : waits ? 'warn' : TONE_OF[right.state]}` }, text(word, { n: right.missing }));
}

/** A slip as a code to be scanned. */
export function slipCode(slip) {
  const box = el('div', { class: 'qr-box', role: 'img', 'aria-label': text('slip-code') });
  box.innerHTML = encodeQR(writeSlip(slip), 'svg', { border: 2 });
  return box;
}

/** A slip as a code to be scanned and as text; whoever holds it can have the medicine. */
export function slipBox(slip) {
  const written = writeSlip(slip);
  const copy = button(text('copy'), async (event) => {
    await navigator.clipboard.writeText(written);
    event.currentTarget.lastChild.textContent = text('copied');
  }, { mark: 'copy', small: true });
  return el('div', { class: 'slip stack' }, slipCode(slip), el('code', { class: 'slip-text' }, written), el('p', { class: 'btns no-print' }, copy), caution(text('slip-caution'), 'warn'));
}

export const until = (right) => text('until', { at: moment(right.until) });
