// <prescription-signer>: a second physician or a pharmacist opens a prescription with its slip and signs what needs it.
import { readerOf } from '../consent/grantee.mjs';
import { openPerson } from '../consent/people.mjs';
import * as doors from './doors.mjs';
import { paper, saidOf } from './paper.mjs';
import { findingCommitment, lacking } from './slips.mjs';
import { Opened, button, caution, chainState, el, field, findingRow, icon, moment, reason, short, standing, text } from './surface.mjs';

class PrescriptionSigner extends Opened {
  async load() {
    this.person = await openPerson();
    const { address } = this.person.home;
    [this.self, this.written] = await Promise.all([readerOf(address), doors.rights({ prescriber: address, state: 'issued', limit: 50 })]);
  }

  show() {
    const slip = el('textarea', { name: 'slip', rows: '3', required: true, autocomplete: 'off', spellcheck: 'false', class: 'slip-text', placeholder: 'TCMRX1.…' });
    const scan = document.querySelector('[data-scan-slip]')?.content.cloneNode(true) ?? '';
    this.trouble = el('p', { class: 'trouble', role: 'alert' });
    this.shown = el('div', { class: 'stack', 'aria-live': 'polite' });
    const form = el('form', { class: 'card stack', 'aria-label': text('open-slip') }, el('h2', {}, icon('qr-code'), text('open-slip')), el('p', { class: 'muted' }, text('sign-lead')), field(text('slip'), slip), this.trouble,
      el('div', { class: 'btns' }, scan, el('button', { class: 'btn', type: 'submit' }, icon('lock-open'), text('open'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.open(slip.value);
    });
    this.put(form, this.shown, this.ours());
  }

  /** What this account wrote and nobody was dispensed: taken back without the slip, as when a patient lost it. */
  ours() {
    if (!this.written.length) return '';
    const rows = this.written.map((right) => {
      const state = el('p', { class: 'muted tiny', role: 'status' });
      const back = button(text('take-back'), async () => {
        back.disabled = true;
        try {
          await doors.send(this.person.home, 'cancel', [right.id], (told) => { state.textContent = chainState(told); });
          await this.start();
        } catch (error) {
          state.textContent = reason(error);
          back.disabled = false;
        }
      }, { mark: 'trash-2', small: true });
      return el('li', {}, el('div', { class: 'grow' }, el('p', {}, el('span', { class: 'hash' }, short(right.id)), ' ', standing(right)), el('p', { class: 'muted tiny' }, text('issued-at', { at: moment(right.issued), until: moment(right.until) })), state), back);
    });
    return el('section', { class: 'card stack', 'aria-label': text('our-prescriptions') }, el('h2', {}, text('our-prescriptions')), el('ul', { class: 'grants' }, ...rows));
  }

  async open(typed) {
    this.trouble.textContent = '';
    this.typed = typed;
    try {
      this.opened = await doors.openSlip(typed);
      [this.replayed, this.said] = await Promise.all([doors.replay(this.opened.document), saidOf(this.opened.document)]);
      this.tell();
    } catch (error) {
      this.shown.replaceChildren();
      this.trouble.textContent = reason(error);
    }
  }

  tell() {
    const { right, document: document_ } = this.opened;
    const { home } = this.person;
    const waiting = document_.overrides.filter((one) => right.overrides.some((other) => other.finding === findingCommitment(one.salt, one.finding) && other.second && !other.signed_by));
    const found = new Map(this.replayed.findings.map((one) => [one.id, one]));
    const rows = document_.overrides.map((one) => findingRow(found.get(one.finding) ?? { id: one.finding, grade: one.second ? 'two-signatures' : 'explain', sentence: '', source: '' }, { rules: document_.rules.version, more: el('p', {}, text('their-reason', { reason: one.reason })) }));
    const own = home.address === right.prescriber;
    const unsigned = lacking(this.opened, this.replayed);
    const state = el('p', { class: 'muted', role: 'status' });
    const work = button(text('sign-all', { n: waiting.length }), () => this.send(state, async (told) => {
      for (const one of waiting) await doors.send(home, 'countersign', [right.id, findingCommitment(one.salt, one.finding)], told);
    }), { mark: 'signature', ghost: false });
    work.disabled = own || !waiting.length || right.state !== 'issued';
    const cancel = this.self.member === right.member && right.state === 'issued' ? button(text('take-back'), () => this.send(state, (told) => doors.send(home, 'cancel', [right.id], told)), { mark: 'trash-2' }) : null;
    this.shown.replaceChildren(el('section', { class: 'card stack' }, el('div', { class: 'card-h' }, el('h2', {}, text('prescription')), standing(right)), el('p', { class: 'muted' }, text('issued-at', { at: moment(right.issued), until: moment(right.until) })),
      el('p', { class: this.replayed.same ? 'ok-line' : 'trouble' }, icon(this.replayed.same ? 'circle-check' : 'triangle-alert'), text(this.replayed.same ? 'replay-same' : 'replay-differs')),
      rows.length ? el('ul', { class: 'findings' }, ...rows) : el('p', { class: 'muted' }, text('no-override')), unsigned.length ? caution(text('not-as-signed', { what: unsigned.join(' ') }), 'bad') : null, own && waiting.length ? caution(text('own-prescription'), 'warn') : null, state, el('p', { class: 'btns' }, work, cancel)), paper(document_, right, { findings: this.said }));
  }

  async send(state, work) {
    const buttons = [...this.shown.querySelectorAll('button')];
    buttons.forEach((one) => { one.disabled = true; });
    try {
      await work((told) => { state.textContent = chainState(told); });
      await this.open(this.typed);
    } catch (error) {
      state.textContent = reason(error);
      buttons.forEach((one) => { one.disabled = false; });
    }
  }
}

customElements.define('prescription-signer', PrescriptionSigner);
