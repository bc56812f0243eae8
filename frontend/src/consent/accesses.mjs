// <consent-accesses>: who looked at what, when and why, and whom custodians refused; every receipt is checked here.
import * as doors from './doors.mjs';
import { nameOfMember, readerOf } from './grantee.mjs';
import { nameOfPatient, openPerson } from './people.mjs';
import { check, givenTwice, purposeHash, receiptsOf } from './receipts.mjs';
import { PURPOSES, categoryName, csv, download, purposeName } from './sentences.mjs';
import { Opened, button, caution, el, empty, field, icon, moment, reason, short, text } from './shell.mjs';

const OUTCOMES = ['served', 'unknown-grant', 'withdrawn', 'expired', 'wrong-terms', 'suspended', 'not-grantee', 'no-right', 'wrong-lock', 'no-file', 'not-in-lock', 'no-fragment', 'fragment-unfit', 'not-released', 'out-of-service'];
const KNOWN = new Map([...PURPOSES, 'emergency'].map((name) => [purposeHash(name), name]));
const NOBODY = /^0x0{40}$/;
const PAGE = 50;
const PAUSE = 3000;
const TURNS = 10;

class ConsentAccesses extends Opened {
  async load() {
    this.person = await openPerson();
    this.custodians = (await doors.custodians()).filter((one) => one.retired === null || one.receipts);
    this.members = Object.fromEntries(await Promise.all([...new Set(this.custodians.map((one) => one.member))].map(async (id) => [id, nameOfMember((await doors.member(id))?.member)])));
    this.patients = [...this.person.own, ...this.person.others];
    this.wanted ??= { q: '', outcome: '', patient: '' };
    this.shown = PAGE;
    const asked = await Promise.all(this.custodians.flatMap((custodian) => this.patients.map((patient) => this.askOne(custodian, patient))));
    this.troubles = asked.filter((one) => one.trouble);
    this.rows = joined(asked.flatMap((one) => one.receipts));
    await this.nameReaders();
  }

  async askOne(custodian, patient) {
    try {
      const found = await receiptsOf(patient.keys ? patient : this.person.home, patient.address, custodian.account);
      if (givenTwice(found)) throw new Error(text('numbers-twice'));
      return { custodian, receipts: found.map((one) => ({ ...one, custodian })) };
    } catch (error) {
      return { custodian, receipts: [], trouble: reason(error) };
    }
  }

  async nameReaders() {
    const readers = [...new Set(this.rows.map((row) => row.receipt.reader))].filter((account) => !NOBODY.test(account));
    const found = await Promise.all(readers.map(async (account) => [account, await readerOf(account).catch(() => null)]));
    this.readers = Object.fromEntries(found);
  }

  show() {
    this.list = el('ul', { class: 'grants accesses' });
    this.more = el('p', { class: 'pager' });
    const search = el('input', { type: 'search', value: this.wanted.q, placeholder: text('search-hint'), oninput: () => { this.wanted.q = search.value.trim().toLowerCase(); this.fill(); } });
    const outcome = el('select', { onchange: () => { this.wanted.outcome = outcome.value; this.fill(); } }, ...[['', 'all'], ['served', 'outcome-served'], ['refused', 'only-refused']].map(([value, name]) => el('option', { value }, text(name))));
    const whose = el('select', { onchange: () => { this.wanted.patient = whose.value; this.fill(); } }, el('option', { value: '' }, text('all')), ...this.patients.map((patient) => el('option', { value: patient.address }, nameOfPatient(patient))));
    this.put(this.health(), el('section', { class: 'card', 'aria-label': text('accesses') },
      el('div', { class: 'card-h' }, el('h2', {}, text('accesses')), el('p', { class: 'btns' }, button(text('look-again'), () => this.start(), { mark: 'refresh-cw' }), button(text('export'), () => this.export(), { mark: 'file-spreadsheet' }))),
      el('div', { class: 'finder' }, field(text('search'), search), field(text('outcome'), outcome), field(text('relation-of'), whose)), this.list, this.more));
    this.fill();
    this.verify();
  }

  health() {
    return el('section', { class: 'card', 'aria-label': text('custodians') }, el('h2', {}, text('custodians')), el('ul', { class: 'health' }, ...this.custodians.map((one) => {
      const trouble = this.troubles.find(({ custodian }) => custodian === one)?.trouble;
      return el('li', { class: trouble ? 'bad' : 'ok' }, icon(trouble ? 'wifi-off' : 'circle-check'), el('div', {}, el('strong', {}, this.members[one.member] || short(one.account)), el('p', { class: 'muted tiny' }, trouble ? text('no-answer', { why: trouble }) : text('answers', { n: this.rows.flatMap((row) => row.parts).filter((part) => part.custodian === one).length }))));
    })), this.troubles.length ? caution(text('some-missing')) : null);
  }

  entryOf(row) { return this.person.notes.openings[row.receipt.grant]; }

  who(row) {
    const { reader } = row.receipt;
    const entry = this.entryOf(row);
    const member = this.readers[reader]?.memberName ?? '';
    const named = entry?.opening.grantee === reader ? entry.name : '';
    return [named, member].filter(Boolean).join(' · ') || (NOBODY.test(reader) ? text('somebody') : short(reader));
  }

  what(row) {
    const entry = this.entryOf(row);
    if (entry) return categoryName(entry.category);
    return KNOWN.get(row.receipt.purpose) === 'emergency' ? categoryName('emergency') : text('a-file');
  }

  why(row) {
    const entry = this.entryOf(row);
    if (entry && purposeHash(entry.opening.purpose) === row.receipt.purpose) return purposeName(entry.opening.purpose);
    const name = KNOWN.get(row.receipt.purpose);
    return name ? purposeName(name) : text('purpose-unknown');
  }

  matching() {
    const { q, outcome, patient } = this.wanted;
    return this.rows.filter((row) => {
      const served = row.receipt.outcome === 0;
      return (!outcome || (outcome === 'served') === served) && (!patient || row.receipt.patient === patient)
        && (!q || `${this.who(row)} ${this.why(row)} ${row.receipt.file} ${row.receipt.reader}`.toLowerCase().includes(q));
    });
  }

  fill() {
    const found = this.matching();
    this.list.replaceChildren(...found.slice(0, this.shown).map((row) => this.row(row)));
    if (!found.length) this.list.replaceChildren(el('li', {}, empty('eye-off', text('no-access'), text('no-access-lead'))));
    this.more.replaceChildren(found.length > this.shown ? button(text('show-more'), () => { this.shown += PAGE; this.fill(); this.verify(); }) : '');
  }

  row(row) {
    const { receipt, parts } = row;
    const served = receipt.outcome === 0;
    row.mark ??= el('span', { class: 'pill' }, text('checking'));
    const what = this.what(row);
    return el('li', { class: served ? 'ok' : 'bad' }, el('span', { class: `dot ${served ? '' : 'bad'}` }, icon(served ? 'eye' : 'ban')), el('div', { class: 'grow' },
      el('p', { class: 'says' }, served ? text('access-served', { who: this.who(row), what, why: this.why(row) }) : text('access-refused', { who: this.who(row), what, why: text(`outcome-${OUTCOMES[receipt.outcome] ?? 'unknown'}`) })),
      el('p', { class: 'muted tiny' }, moment(receipt.at), ' · ', ...this.fileLink(receipt), text('block', { n: receipt.blockNumber })),
      el('details', { class: 'proofs' }, el('summary', {}, row.mark), el('ul', {}, ...parts.map((part) => el('li', { class: 'tiny' }, `${this.members[part.custodian.member] || short(part.custodian.account)} · ${text('receipt-number', { n: part.receipt.number })} · ${part.batch ? text('in-batch', { n: part.batch }) : text('not-anchored')}`))))));
  }

  /** The file's page opens what is one's own; its address tells the node nothing. */
  fileLink({ patient, file }) {
    const own = this.person.own.find((one) => one.address === patient);
    return own ? [el('a', { href: `/records/file#${own.number}/${file}` }, text('to-file')), ' · '] : [];
  }

  /** Check what is shown; receipts of one access are shown as one, and the worst of them counts. */
  async verify() {
    for (const row of this.matching().slice(0, this.shown)) {
      if (row.state) continue;
      try {
        const states = await Promise.all(row.parts.map((part) => check(part, part.custodian.account)));
        row.state = states.includes('false') ? 'false' : states.includes('waiting') ? 'waiting' : 'proven';
      } catch {
        row.state = 'unchecked';
      }
      const [mark, tone] = { proven: ['shield-check', 'ok'], waiting: ['hourglass', ''], false: ['shield-x', 'bad'], unchecked: ['circle-alert', 'warn'] }[row.state];
      row.mark.className = `pill ${tone}`;
      row.mark.replaceChildren(icon(mark), text(`proof-${row.state}`));
    }
    this.setAttribute('data-verified', '');
    this.await();
  }

  /** Roots come every few seconds: ask again for receipts whose root is not on the chain yet. */
  await() {
    clearTimeout(this.timer);
    this.turns = (this.turns ?? 0) + 1;
    if (this.turns > TURNS || !this.isConnected || !this.rows.some((row) => row.state === 'waiting')) return;
    this.timer = setTimeout(async () => {
      const asked = await Promise.all(this.custodians.flatMap((custodian) => this.patients.map((patient) => this.askOne(custodian, patient))));
      const fresh = new Map(asked.flatMap((one) => one.receipts).map((one) => [`${one.custodian.account} ${one.receipt.number}`, one]));
      for (const row of this.rows.filter(({ state }) => state === 'waiting')) {
        row.parts = row.parts.map((part) => fresh.get(`${part.custodian.account} ${part.receipt.number}`) ?? part);
        row.state = null;
      }
      this.verify();
    }, PAUSE);
  }

  disconnectedCallback() { clearTimeout(this.timer); }

  export() {
    const head = ['csv-when', 'csv-who', 'csv-outcome', 'csv-category', 'csv-purpose', 'csv-file', 'csv-proof'].map((name) => text(name));
    const rows = this.matching().map((row) => [new Date(row.receipt.at * 1000).toISOString(), this.who(row), text(`outcome-${OUTCOMES[row.receipt.outcome] ?? 'unknown'}`),
      this.what(row), this.why(row), row.receipt.file, text(`proof-${row.state ?? 'unchecked'}`)]);
    download('accesses.csv', csv([head, ...rows]), 'text/csv;charset=utf-8');
  }
}

const TOGETHER = 60;

/** Receipts of the same reading by several custodians within a minute as one access, the newest first. */
function joined(receipts) {
  const rows = [];
  for (const one of receipts.sort((a, b) => b.receipt.at - a.receipt.at || b.receipt.number - a.receipt.number)) {
    const { receipt } = one;
    const same = rows.find((row) => row.receipt.reader === receipt.reader && row.receipt.file === receipt.file && row.receipt.version === receipt.version && row.receipt.grant === receipt.grant
      && row.receipt.outcome === receipt.outcome && row.receipt.at - receipt.at < TOGETHER && !row.parts.some((part) => part.custodian.account === one.custodian.account));
    if (same) same.parts.push(one);
    else rows.push({ receipt, parts: [one] });
  }
  return rows;
}

customElements.define('consent-accesses', ConsentAccesses);
