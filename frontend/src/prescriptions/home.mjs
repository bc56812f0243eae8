// <prescription-slips>: a patient's slips, from the folders or as pasted; what became of each; what to show a pharmacy.
import { openPerson } from '../consent/people.mjs';
import { Folder } from '../records/folder.mjs';
import { memberNames } from '../vault/naming.mjs';
import { bodyOf } from '../vault/opening.mjs';
import { person as opened } from '../vault/person.mjs';
import * as doors from './doors.mjs';
import { paper, saidOf } from './paper.mjs';
import { readSlip, reviewSecret, voucherCommitment, writeSlip } from './slips.mjs';
import { Opened, button, caution, el, empty, field, icon, moment, now, reason, slipBox, standing, text } from './surface.mjs';

const SLIP = 'urn:tcmchain:slip';

/** Slips in a record: identifiers of any MedicationRequest in it. */
export function slipsIn(record) {
  const resources = record?.resourceType === 'Bundle' ? record.entry.map(({ resource }) => resource) : [record];
  return resources.flatMap((one) => (one?.resourceType === 'MedicationRequest' ? one.identifier ?? [] : [])).filter(({ system }) => system === SLIP).map(({ value }) => value);
}

class PrescriptionSlips extends Opened {
  async load() {
    this.person = await openPerson();
    this.names = await memberNames().catch(() => new Map());
    const own = await opened();
    const folder = new Folder(own.relations);
    await folder.all();
    const files = folder.items.filter((item) => item.state === 'open' && item.facts.type === 'prescription');
    const found = await Promise.all(files.map(async (item) => slipsIn(JSON.parse(new TextDecoder().decode(await bodyOf(item)))).map((slip) => ({ slip, from: item.relation.called || '' }))).map((one) => one.catch(() => [])));
    const pasted = (this.person.notes.slips ?? []).map((slip) => ({ slip, from: '' }));
    const known = new Map([...pasted, ...found.flat()].map((one) => [readSlip(one.slip).id, one]));
    this.slips = await Promise.all([...known].map(async ([id, one]) => ({ id, ...one, right: await doors.right(id).catch(() => null) })));
    this.slips.sort((a, b) => (b.right?.issued ?? 0) - (a.right?.issued ?? 0));
  }

  show() {
    this.place = el('div', { class: 'stack', 'aria-live': 'polite' });
    const rows = this.slips.map((one) => this.row(one));
    this.put(el('section', { class: 'card', 'aria-label': text('my-slips') }, el('div', { class: 'card-h' }, el('h2', {}, icon('scroll-text'), text('my-slips')), button(text('look-again'), () => this.start(), { mark: 'refresh-cw', small: true })),
      rows.length ? el('ul', { class: 'grants' }, ...rows) : empty('inbox', text('no-slip'), text('no-slip-lead'))), this.place, this.pasting());
  }

  row(one) {
    const { right } = one;
    const used = right?.fulfilment;
    const told = !right ? text('not-known') : used ? text('used-at', { member: this.names.get(used.member) ?? used.member.slice(0, 10), at: moment(used.at) }) : text('until', { at: moment(right.until) });
    const may = right?.state === 'issued' && right.until >= now();
    return el('li', {}, el('span', { class: 'dot' }, icon('scroll-text')), el('div', { class: 'grow' }, el('p', {}, el('strong', {}, right ? this.names.get(right.member) ?? text('prescription') : text('prescription')), ' ', right ? standing(right) : null),
      el('p', { class: 'muted tiny' }, [right ? moment(right.issued) : '', told, one.from].filter(Boolean).join(' · '))),
    el('p', { class: 'btns' }, button(text('read'), () => this.read(one), { mark: 'eye', small: true }), may ? button(text('present'), () => this.present(one), { mark: 'qr-code', small: true, ghost: false }) : null));
  }

  async read({ slip }) {
    try {
      const { document: document_, right } = await doors.openSlip(slip);
      const findings = await saidOf(document_);
      this.place.replaceChildren(el('section', { class: 'card stack' }, el('p', { class: 'btns no-print' }, button(text('print'), () => print(), { mark: 'printer', small: true }), button(text('close'), () => this.place.replaceChildren(), { mark: 'x', small: true })), paper(document_, right, { findings })));
    } catch (error) {
      this.place.replaceChildren(caution(reason(error), 'bad'));
    }
    this.place.scrollIntoView({ block: 'nearest' });
  }

  /** The slip for the pharmacy, with the right to one review if the patient wants it; the secret stays in the wallet. */
  present({ id, slip }) {
    const wanted = el('input', { type: 'checkbox', name: 'voucher', checked: true });
    const box = el('div', {});
    const tell = async () => {
      const voucher = wanted.checked ? voucherCommitment(await reviewSecret(id)) : null;
      const given = readSlip(slip);
      box.replaceChildren(slipBox({ ...given, voucher }));
      box.dataset.slip = writeSlip({ ...given, voucher });
    };
    wanted.addEventListener('change', tell);
    tell();
    this.place.replaceChildren(el('section', { class: 'card stack', 'aria-label': text('present') }, el('div', { class: 'card-h' }, el('h2', {}, text('present-title')), button(text('close'), () => this.place.replaceChildren(), { mark: 'x', small: true })),
      el('label', { class: 'check' }, wanted, text('with-review')), el('p', { class: 'muted tiny' }, text('with-review-note')), box));
    this.place.scrollIntoView({ block: 'nearest' });
  }

  pasting() {
    const input = el('textarea', { name: 'slip', rows: '2', required: true, autocomplete: 'off', spellcheck: 'false', class: 'slip-text', placeholder: 'TCMRX1.…' });
    const scan = document.querySelector('[data-scan-slip]')?.content.cloneNode(true) ?? '';
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const form = el('form', { class: 'card stack', 'aria-label': text('add-slip') }, el('h2', {}, text('add-slip')), el('p', { class: 'muted' }, text('add-slip-lead')), field(text('slip'), input), trouble, el('div', { class: 'btns' }, scan, el('button', { class: 'btn ghost', type: 'submit' }, icon('plus'), text('keep'))));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      try {
        const slip = writeSlip({ ...readSlip(input.value), voucher: null });
        const { notes } = this.person;
        notes.slips = [slip, ...(notes.slips ?? []).filter((one) => one !== slip)].slice(0, 100);
        await this.person.keep();
        await this.start();
      } catch (error) {
        trouble.textContent = reason(error);
      }
    });
    return form;
  }
}

customElements.define('prescription-slips', PrescriptionSlips);
