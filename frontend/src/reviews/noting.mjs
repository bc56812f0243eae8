// After a dispensing the pharmacist leaves what the patient's voucher is made from; the name stays in this browser.
import { toHex } from '../chain/bytes.mjs';
import { element as el } from '../wallet/dialog.mjs';
import * as node from '../wallet/node.mjs';
import { say } from '../wallet/words.mjs';
import { DOOR } from './doors.mjs';
import { nameDigest, plainName } from './names.mjs';

const RELATIONS = ['none', 'prescriber', 'staff', 'household', 'author'];

function note({ right, document: document_ }, name, relation) {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const { id, version } = document_.formula;
  const days = Math.min(Math.max(document_.course || 1, 1), 90);
  return node.ask('POST', `${DOOR}/notes`, { prescription: right.id, formula: id, version, days, salt: toHex(salt), name: nameDigest(name, salt), relation });
}

function tell(opened) {
  const name = el('input', { name: 'name', required: true, maxlength: '60', autocomplete: 'off', value: opened.document.patient.name });
  const relation = el('select', { name: 'relation' }, ...RELATIONS.map((one) => el('option', { value: one }, say(`review-relation-${one}`))));
  const state = el('p', { class: 'muted', role: 'status' });
  const form = el('form', { class: 'card stack no-print', 'aria-label': say('review-note') }, el('h2', {}, say('review-note')), el('p', { class: 'muted' }, say('review-note-lead')),
    el('div', { class: 'grid' }, el('label', { class: 'field' }, el('span', {}, say('review-papers-name')), name), el('label', { class: 'field' }, el('span', {}, say('review-relation')), relation)), state,
    el('p', { class: 'btns' }, el('button', { class: 'btn', type: 'submit' }, say('review-leave-note'))));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      if (plainName(name.value) === null) throw new Error(say('review-name-invalid'));
      await node.ensureSession();
      const { noted } = await note(opened, name.value, relation.value);
      state.textContent = say(noted ? 'review-noted' : 'review-noted-before');
    } catch (error) {
      state.textContent = error.message;
    }
  });
  return form;
}

document.addEventListener('prescription-dispensed', ({ target, detail }) => {
  if (detail.voucher && detail.document.formula) target.after(tell(detail));
});
