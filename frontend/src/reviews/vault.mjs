// <review-vault>: the patient's vouchers and reviews. Everything is signed by the pseudonym of the prescription.
import { ask, follow } from '../chain/doors.mjs';
import { readSlip } from '../prescriptions/slips.mjs';
import { toHex } from '../chain/bytes.mjs';
import { readNotes, writeNotes } from '../vault/notes.mjs';
import { confirmDialog, element as el, unlockDialog } from '../wallet/dialog.mjs';
import { explain } from '../wallet/explain.mjs';
import * as node from '../wallet/node.mjs';
import * as wallet from '../wallet/vault.mjs';
import { say } from '../wallet/words.mjs';
import { openVault } from '../sealing/keys.mjs';
import { DOOR, askAs, freshSalt } from './doors.mjs';
import { reviewKeys } from './keys.mjs';
import { mask, plainName, show } from './names.mjs';

const NOTES = 'reviews';
const SEVERITIES = ['mild', 'moderate', 'severe', 'life-threatening'];
const EFFECTS = ['', 'helped', 'unsure', 'harm'];
const day = (seconds) => new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 10);
const now = () => Math.floor(Date.now() / 1000);
const field = (label, input) => el('label', { class: 'field' }, el('span', {}, label), input);
const idIn = (text) => (/^0x[0-9a-f]{64}$/.test(text.trim()) ? text.trim() : readSlip(text).id);
const choice = (name, options) => el('select', { name }, ...options.map((one) => el('option', { value: one }, say(`review-${name}-${one || 'none'}`))));

class ReviewVault extends HTMLElement {
  connectedCallback() {
    this.place = this.querySelector('.vault-place');
    this.form = this.querySelector('form');
    this.form.querySelector('button').disabled = false;
    if (wallet.possible() && wallet.exists()) this.place.before(el('p', { class: 'btns' }, el('button', { class: 'btn ghost sm', type: 'button', onclick: () => this.all() }, say('review-all-mine'))));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(async () => this.open(idIn(this.form.elements.slip.value)));
    });
  }

  async run(work) {
    this.querySelector('.trouble')?.remove();
    try {
      if (!wallet.possible()) throw new Error(say('insecure'));
      if (!wallet.exists()) throw new Error(say('no-wallet'));
      if (!(await unlockDialog(wallet))) return;
      await work();
    } catch (error) {
      this.place.prepend(el('p', { class: 'trouble', role: 'alert' }, error.sentence ? say('review-slip-unreadable') : error.message));
    }
  }

  async noteKey() { return (await openVault()).relation(0).vaultKey; }

  async remember(id) {
    const key = await this.noteKey();
    const notes = await readNotes(key);
    if (notes[NOTES]?.includes(id)) return;
    await writeNotes(key, { ...notes, [NOTES]: [...(notes[NOTES] ?? []), id].slice(-200) });
  }

  all() {
    return this.run(async () => {
      const known = (await readNotes(await this.noteKey()))[NOTES] ?? [];
      this.place.replaceChildren(...(known.length ? [] : [el('p', { class: 'muted' }, say('review-none-yet'))]));
      for (const id of known) await this.open(id, true);
    });
  }

  async open(id, append = false) {
    const keys = reviewKeys(await wallet.seed(), id);
    const known = await ask('GET', `${DOOR}/dispensings/${id}`);
    if (known.voucher !== keys.commitment) throw new Error(say('review-not-yours'));
    await this.remember(id);
    const written = await ask('GET', `${DOOR}/${keys.nullifier}`).catch(() => null);
    const card = el('section', { class: 'card stack review-mine' }, el('h3', {}, say('review-of-dispensing', { day: day(known.happened) })));
    if (append) this.place.append(card); else this.place.replaceChildren(card);
    if (written) this.tell(card, keys, written); else this.askVoucher(card, keys);
  }

  /** What stands already, and what the patient may still do about it. */
  tell(card, keys, written) {
    const act = (path, label) => el('button', { class: 'btn ghost sm', type: 'button', onclick: () => this.run(() => this.sign(card, keys, `${DOOR}/${keys.nullifier}/${path}`)) }, say(label));
    card.append(el('p', {}, el('a', { href: `/reviews/${keys.nullifier}` }, say('review-written')), ` ★ ${written.rating}`), el('p', { class: 'muted tiny hash' }, say('review-pseudonym', { account: keys.address })),
      el('p', { class: 'btns' }, el('a', { class: 'btn ghost sm', href: `/rewards/earnings?account=${keys.address}` }, say('review-earned')),
        written.withdrawn ? null : act('withdraw', 'review-withdraw'), written.erased ? null : act('erase', 'review-erase')));
  }

  askVoucher(card, keys) {
    const name = el('input', { name: 'name', required: true, maxlength: '60', autocomplete: 'name' });
    const form = el('form', { class: 'stack' }, field(say('review-name'), name), el('p', { class: 'muted tiny' }, say('review-name-note')), el('p', { class: 'btns' }, el('button', { class: 'btn', type: 'submit' }, say('review-ask-voucher'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(async () => {
        if (plainName(name.value) === null) throw new Error(say('review-name-invalid'));
        const body = { prescription: keys.prescription, secret: toHex(keys.secret), name: plainName(name.value), name_salt: toHex(keys.nameSalt) };
        const voucher = await askAs(keys.key, `${DOOR}/vouchers`, body);
        form.replaceWith(this.written(card, keys, voucher, plainName(name.value)));
      });
    });
    card.append(form);
  }

  /** The voucher with the form of the review once it is open, and the report of harm at any time. */
  written(card, keys, voucher, name) {
    const open = now() >= voucher.opens;
    return el('div', { class: 'stack' }, el('p', { class: open ? 'ok-line' : 'note' }, say(open ? 'review-open' : 'review-opens', { day: day(voucher.opens), until: day(voucher.closes) })),
      open ? this.reviewForm(card, keys, voucher, name) : null, this.harmForm(card, keys, voucher));
  }

  reviewForm(card, keys, voucher, name) {
    const range = (label, key, value, least) => {
      const output = el('output', { class: 'num' }, String(value));
      const input = el('input', { type: 'range', name: key, min: String(least), max: '100', value: String(value), oninput: (event) => { output.textContent = event.target.value; } });
      return el('label', { class: 'field' }, el('span', {}, label, ' ', output), input);
    };
    const words = el('textarea', { name: 'words', rows: '4', maxlength: this.dataset.longest });
    const herbs = el('div', { class: 'grid herb-effects' });
    ask('GET', `/api/formulas/${voucher.formula}/versions/${voucher.version}`).then((found) => {
      const lines = found.lines ?? found.document?.ingredients ?? found.document?.lines ?? [];
      herbs.replaceChildren(...lines.filter(({ herb }) => herb).map(({ herb, name: called }) => {
        const select = choice('effect', EFFECTS);
        select.dataset.herb = herb;
        return field(called ?? herb, select);
      }));
    }).catch(() => {});
    const full = el('input', { type: 'checkbox', name: 'full' });
    const form = el('form', { class: 'stack' }, el('div', { class: 'grid' }, range(say('review-before'), 'before', 60, 1), range(say('review-afterwards'), 'afterwards', 30, 0)),
      field(say('review-rating'), el('select', { name: 'rating', required: true }, ...[5, 4, 3, 2, 1].map((one) => el('option', { value: String(one) }, '★'.repeat(one))))),
      field(say('review-words'), words), el('details', {}, el('summary', {}, say('review-herbs')), herbs),
      el('label', { class: 'check' }, full, say('review-full-name', { masked: mask(name), full: name })), el('p', { class: 'muted tiny' }, say('review-public-note')),
      el('p', { class: 'btns' }, el('button', { class: 'btn', type: 'submit' }, say('review-sign'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(async () => {
        const shown = show(name, keys.nameSalt, full.checked);
        const said = [...herbs.querySelectorAll('select')].filter(({ value }) => value).map((one) => ({ herb: one.dataset.herb, effect: one.value }));
        const text = { schema: 'tcmchain.review.1', salt: freshSalt(), name: shown.shown, full: shown.full, name_salt: shown.salt, name_other: shown.other, words: words.value.trim(), herbs: said };
        const { digest } = await askAs(keys.key, `${DOOR}/texts`, text);
        const number = (key) => Number(form.elements[key].value);
        await this.sign(card, keys, DOOR, { voucher, rating: number('rating'), before: number('before'), afterwards: number('afterwards'), content: digest });
      });
    });
    return form;
  }

  harmForm(card, keys, voucher) {
    const severity = choice('severity', SEVERITIES);
    const words = el('textarea', { name: 'words', rows: '3', required: true, maxlength: this.dataset.longest });
    const began = el('input', { type: 'date', name: 'began' });
    const form = el('form', { class: 'stack' }, el('p', { class: 'caution bad' }, el('span', {}, say('review-harm-urgent'))), el('div', { class: 'grid' }, field(say('review-harm-severity'), severity), field(say('review-harm-began'), began)),
      field(say('review-harm-words'), words), el('p', { class: 'btns' }, el('button', { class: 'btn', type: 'submit' }, say('review-harm-sign'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(async () => {
        const text = { schema: 'tcmchain.harm.1', salt: freshSalt(), words: words.value.trim(), began: began.value, done: '' };
        const { digest } = await askAs(keys.key, `${DOOR}/texts`, text);
        await this.sign(card, keys, `${DOOR}/harm`, { voucher, severity: severity.value, content: digest });
      });
    });
    return el('details', {}, el('summary', {}, say('review-harm')), form);
  }

  async sign(card, keys, path, body) {
    const { calls } = await askAs(keys.key, path, body);
    if (!(await confirmDialog(calls.flatMap(explain)))) return;
    const state = el('p', { class: 'muted', role: 'status' }, say('submitted'));
    card.append(state);
    for (const one of await node.send(calls, undefined, { key: keys.key, address: keys.address })) {
      await follow(one, (told) => { state.textContent = say(told.state); });
    }
    await this.open(keys.prescription);
    this.place.append(el('p', { class: 'ok-line', role: 'status' }, say('done')));
  }
}

customElements.define('review-vault', ReviewVault);

