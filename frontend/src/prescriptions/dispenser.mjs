// <prescription-dispenser>: a slip is opened here, checked again, filled from the member's own lots, and used up.
import { freshCode, commitment } from '../provenance/dispense.mjs';
import { readerOf } from '../consent/grantee.mjs';
import { openPerson } from '../consent/people.mjs';
import { contracts } from '../vault/sending.mjs';
import * as doors from './doors.mjs';
import { Note } from './noting.mjs';
import { ageOf, paper, saidOf } from './paper.mjs';
import { pick } from './picking.mjs';
import { ZERO, lacking, signDispensing } from './slips.mjs';
import { Opened, button, caution, chainState, el, empty, field, findingRow, icon, moment, now, reason, short, standing, text } from './surface.mjs';

const KINDS = ['Hospital', 'Clinic', 'Pharmacy'];
const grams = (milligrams) => `${milligrams / 1000} g`;
const day = (seconds) => (seconds ? new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 10) : '—');

class PrescriptionDispenser extends Opened {
  async load() {
    this.person = await openPerson();
    this.self = await readerOf(this.person.home.address);
  }

  show() {
    if (!KINDS.includes(this.self.kind)) return this.put(el('section', { class: 'card' }, empty('package-open', text('no-dispenser'), text('no-dispenser-lead', { account: this.person.home.address }))));
    this.input = el('textarea', { name: 'slip', rows: '3', required: true, autocomplete: 'off', spellcheck: 'false', class: 'slip-text', placeholder: 'TCMRX1.…' });
    const scan = document.querySelector('[data-scan-slip]')?.content.cloneNode(true) ?? '';
    this.trouble = el('p', { class: 'trouble', role: 'alert' });
    this.shown = el('div', { class: 'stack' });
    const form = el('form', { class: 'card stack no-print', 'aria-label': text('open-slip') }, el('h2', {}, icon('qr-code'), text('open-slip')), el('p', { class: 'muted' }, text('dispense-lead', { member: this.self.memberName })), field(text('slip'), this.input), this.trouble,
      el('div', { class: 'btns' }, scan, el('button', { class: 'btn', type: 'submit' }, icon('lock-open'), text('open'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.open();
    });
    this.put(form, this.shown);
    return undefined;
  }

  async open() {
    this.trouble.textContent = '';
    this.shown.replaceChildren(el('p', { class: 'muted', role: 'status' }, text('loading')));
    try {
      this.opened = await doors.openSlip(this.input.value);
      const { document: document_ } = this.opened;
      const [replayed, shelf, published, followed, said] = await Promise.all([doors.replay(document_), doors.stock(this.person.home), doors.rules(), doors.followed(document_), saidOf(document_)]);
      Object.assign(this, { replayed, shelf, published, followed, said });
      this.tell();
    } catch (error) {
      this.shown.replaceChildren();
      this.trouble.textContent = reason(error);
    }
  }

  /** Why this cannot be dispensed now; nothing when it can. */
  get stops() {
    const { right } = this.opened;
    if (right.state === 'dispensed') return text('was-dispensed', { at: moment(right.fulfilment.at) });
    if (right.state === 'cancelled') return text('was-cancelled');
    if (right.until < now()) return text('has-lapsed', { at: moment(right.until) });
    const unsigned = lacking(this.opened, this.replayed, this);
    if (unsigned.length) return text('not-as-signed', { what: unsigned.join(' ') });
    if (right.missing) return text('waits-for-second', { n: right.missing });
    return '';
  }

  tell() {
    const { right, document: document_ } = this.opened;
    const rx = document_.prescription;
    this.picks = pick(this.shelf.lots, rx);
    const short_ = this.picks.filter((one) => one.portions.length && one.missing);
    const { stops } = this;
    this.note = this.opened.slip.voucher && document_.formula && !stops ? new Note(this.opened) : null;
    const state = el('p', { class: 'muted', role: 'status' });
    const work = button(text('dispense-sign'), () => this.dispense(state, work), { mark: 'signature', ghost: false });
    work.disabled = Boolean(stops) || short_.length > 0;
    const findings = this.replayed.findings.filter((one) => one.grade !== 'inform' || one.kind === 'cannot-check');
    this.shown.replaceChildren(
      el('section', { class: 'card stack' }, el('div', { class: 'card-h' }, el('h2', {}, document_.patient.name, ' ', el('small', { class: 'muted' }, [text(`sex-${rx.patient.sex}`), ageOf(rx.patient, text)].filter(Boolean).join(' · '))), standing(right)),
        el('p', { class: 'muted' }, [document_.prescriber.member_name, document_.prescriber.name, text('issued-at', { at: moment(right.issued), until: moment(right.until) })].join(' · ')),
        stops ? caution(stops, 'bad') : null,
        el('p', { class: this.replayed.same ? 'ok-line' : 'trouble' }, icon(this.replayed.same ? 'circle-check' : 'triangle-alert'), text(this.replayed.same ? 'replay-same' : 'replay-differs')),
        findings.length ? el('ul', { class: 'findings' }, ...findings.map((one) => this.finding(one))) : null,
        this.table(rx), short_.length ? caution(text('stock-short', { names: short_.map(({ line }) => line.name).join('、') }), 'bad') : null,
        this.note?.node ?? (this.opened.slip.voucher ? caution(text('voucher-without-formula'), 'warn') : null), state, el('p', { class: 'btns no-print' }, work, button(text('print'), () => print(), { mark: 'printer' }))),
      paper(document_, right, { findings: this.said }));
  }

  finding(one) {
    const override = this.opened.document.overrides.find((other) => other.finding === one.id);
    return findingRow(one, { rules: this.replayed.rules, more: override ? el('p', {}, text('their-reason', { reason: override.reason })) : null });
  }

  table({ doses }) {
    const rows = this.picks.map(({ line, needed, portions, missing }) => el('tr', { 'data-herb': line.herb }, el('th', { scope: 'row' }, line.processing + line.name, line.preparations.length ? el('sup', {}, line.preparations.map((one) => text(`prep-${one}`)).join(' ')) : null),
      el('td', { class: 'num' }, `${line.grams} g × ${doses}`), el('td', { class: 'num' }, grams(needed)),
      el('td', {}, ...(portions.length ? portions.map(({ lot, milligrams }) => el('p', {}, el('a', { href: lot.path }, lot.code), ` ${grams(milligrams)} · ${text('expires', { day: day(lot.expires) })}`)) : [el('span', { class: 'pill warn' }, text('untraced'))]),
        portions.length && missing ? el('p', { class: 'trouble' }, text('missing', { grams: grams(missing) })) : null)));
    const total = this.picks.reduce((sum, { needed }) => sum + needed, 0);
    return el('div', { class: 'scroll' }, el('table', { class: 'data' }, el('thead', {}, el('tr', {}, ...['herb', 'each-dose', 'needed', 'lots'].map((one) => el('th', { scope: 'col' }, text(one))))), el('tbody', {}, ...rows),
      el('tfoot', {}, el('tr', {}, el('th', { scope: 'row' }, text('total')), el('td', {}), el('td', { class: 'num' }, grams(total)), el('td', {})))));
  }

  /** The visit's own code where this institution wrote the prescription, so that the dispensing is recorded by itself. */
  get code() {
    const { right, document: document_ } = this.opened;
    return document_.code && right.member === this.self.member ? document_.code : freshCode();
  }

  async dispense(state, work) {
    work.disabled = true;
    const { slip, right } = this.opened;
    const { home } = this.person;
    try {
      const code = this.code;
      const portions = this.picks.flatMap((one) => one.portions.map(({ lot, milligrams }) => [lot.lot, milligrams]));
      const voucher = portions.length && this.note ? slip.voucher : null;
      if (voucher) await this.note.leave();
      const { chainId, addresses } = await contracts();
      const given = { prescription: right.id, member: this.self.member, commitment: commitment(code), voucher };
      const signature = signDispensing(slip.secret, { chainId, contract: addresses.Prescriptions }, given);
      await doors.send(home, 'fulfil', [right.id, portions, given.commitment, voucher ?? ZERO, signature, now(), '{}'], (told) => { state.textContent = chainState(told); });
      await this.open();
      this.label(code);
    } catch (error) {
      state.textContent = reason(error);
      work.disabled = false;
    }
  }

  /** What goes onto the bag. */
  label(code) {
    const { right, document: document_ } = this.opened;
    const rx = document_.prescription;
    this.shown.prepend(el('section', { class: 'card stack bag-label', 'aria-label': text('label') }, el('div', { class: 'card-h' }, el('h2', {}, icon('circle-check'), text('dispensed')), button(text('print'), () => print(), { mark: 'printer', small: true, class: 'btn ghost sm no-print' })),
      el('p', {}, el('strong', {}, document_.patient.name), ` · ${text('dosing', { n: rx.doses })} · ${rx.usage}`), el('p', { class: 'muted' }, `${this.self.memberName} · ${moment(right.fulfilment?.at ?? now())}`),
      el('ul', {}, ...rx.lines.filter((one) => one.preparations.length).map((one) => el('li', {}, `${one.name}：${one.preparations.map((name) => text(`prep-${name}`)).join(' ')}`))),
      el('p', {}, text('dispense-code'), ' ', el('code', { class: 'num' }, code)), el('p', { class: 'muted tiny' }, text('dispense-code-note', { id: short(right.id) }))));
    this.shown.scrollIntoView({ block: 'start' });
  }
}

customElements.define('prescription-dispenser', PrescriptionDispenser);
