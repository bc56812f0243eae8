// <consent-new>: a grant, written in words, signed here, and seen step by step until it works.
import * as doors from './doors.mjs';
import { chooseCustodians, grantWish } from './granting.mjs';
import { GranteeSearch, nameOfMember, readerOf } from './grantee.mjs';
import { nameOfPatient, openPerson } from './people.mjs';
import { APPEND, CATEGORIES, PURPOSES, READ, RIGHTS, categoryName, purposeName, sentence } from './sentences.mjs';
import { Opened, Steps, button, caution, el, empty, field, icon, now, reason, short, text } from './shell.mjs';

const DAY = 86_400;
const LENGTHS = [1, 7, 30, 90, 365];
const STEPS = ['step-sign', 'step-chain', 'step-custodians', 'step-letter', 'step-note'];

class ConsentNew extends Opened {
  async load() {
    this.person = await openPerson();
    this.custodians = await doors.custodians();
    const names = await Promise.all([...new Set(this.custodians.map((one) => one.member))].map(async (id) => [id, nameOfMember((await doors.member(id))?.member)]));
    this.memberNames = Object.fromEntries(names);
    const query = new URLSearchParams(location.hash.slice(1));
    const before = this.person.notes.openings[query.get('renew')];
    this.before = before ?? null;
    this.grantee = before ? { ...(await readerOf(before.opening.grantee)), name: before.name } : null;
    const given = query.get('account');
    if (!this.grantee && /^0x[0-9a-fA-F]{40}$/.test(given ?? '')) this.grantee = await readerOf(given);
  }

  show() {
    if (!this.person.own.length) {
      return this.put(el('section', { class: 'card' }, empty('user', text('no-relation'), text('no-relation-lead'), el('a', { class: 'btn', href: '/records' }, text('to-records')))));
    }
    this.search = new GranteeSearch((reader) => { this.grantee = reader; this.showGrantee(); });
    this.who = el('div', { class: 'stack' });
    this.preview = el('section', { class: 'preview', 'aria-live': 'polite' });
    this.trouble = el('p', { class: 'trouble', role: 'alert' });
    this.submit = el('button', { class: 'btn', type: 'submit' }, icon('signature'), text('sign-grant'));
    this.form = el('form', { class: 'cols even' },
      el('section', { class: 'card stack' }, el('h2', {}, text('whom')), this.who, this.fields()),
      el('section', { class: 'card stack' }, el('h2', {}, icon('pencil'), text('to-sign')), this.preview, this.trouble, el('p', { class: 'btns' }, this.submit)));
    this.form.addEventListener('input', () => this.showPreview());
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.run(); });
    this.put(this.form);
    this.showGrantee();
    return undefined;
  }

  fields() {
    const { before } = this;
    const whose = el('select', { name: 'patient' }, ...this.person.own.map((one) => el('option', { value: one.address, selected: one.address === before?.patient }, nameOfPatient(one))));
    const category = el('select', { name: 'category' }, ...CATEGORIES.map((name) => el('option', { value: name, selected: name === (before?.category ?? 'disease') }, categoryName(name))));
    const rights = el('fieldset', { class: 'radios' }, el('legend', {}, text('rights')), ...RIGHTS.map(([bit, name]) => el('label', {}, el('input', { type: 'checkbox', name: 'rights', value: String(bit), checked: Boolean((before?.opening.rights ?? READ) & bit) }), text(name))));
    const purpose = el('select', { name: 'purpose' }, ...PURPOSES.map((name) => el('option', { value: name, selected: name === before?.opening.purpose }, purposeName(name))), el('option', { value: '', selected: Boolean(before) && !PURPOSES.includes(before.opening.purpose) }, text('own-words')));
    const own = el('input', { name: 'own', maxlength: '200', placeholder: text('own-words-hint'), value: PURPOSES.includes(before?.opening.purpose) ? '' : before?.opening.purpose ?? '', 'aria-label': text('own-words') });
    const until = el('input', { type: 'datetime-local', name: 'until', required: true, value: local(now() + 7 * DAY) });
    const lengths = el('p', { class: 'pills' }, ...LENGTHS.map((days) => el('button', { type: 'button', class: 'pill', onclick: () => { until.value = local(now() + days * DAY); this.showPreview(); } }, text('days', { n: days }))));
    const name = el('input', { name: 'name', maxlength: '60', value: before?.name ?? '', placeholder: text('name-hint') });
    return el('div', { class: 'stack' }, field(text('relation-of'), whose), field(text('name'), name, text('name-note')), field(text('category'), category), rights,
      field(text('purpose'), purpose), el('div', { class: 'field' }, own), field(text('until'), until), lengths, this.custodianPicks());
  }

  custodianPicks() {
    const chosen = chooseCustodians(this.custodians, this.before?.custodians) ?? [];
    const rows = this.custodians.map((one) => el('label', {}, el('input', { type: 'checkbox', name: 'custodian', value: one.account, checked: chosen.includes(one) }), this.memberNames[one.member] || short(one.account)));
    return el('details', { class: 'facts-more' }, el('summary', {}, text('custodians')), el('p', { class: 'muted tiny' }, text('custodians-lead')), el('fieldset', { class: 'radios picks' }, el('legend', { class: 'sr-only' }, text('custodians')), ...rows));
  }

  showGrantee() {
    const { grantee } = this;
    if (!grantee) this.who.replaceChildren(this.search.node);
    else {
      const mark = grantee.licence ? ['ok', 'licensed'] : grantee.suspended ? ['bad', 'licence-suspended'] : ['', grantee.member ? 'institution-account' : 'private-account'];
      this.who.replaceChildren(el('div', { class: 'chosen' }, icon(grantee.licence ? 'stethoscope' : 'user'), el('div', { class: 'grow' }, el('strong', {}, grantee.memberName || short(grantee.account)), ' ', el('span', { class: `pill ${mark[0]}` }, text(mark[1])), el('p', { class: 'hash muted' }, grantee.account)),
        button(text('change'), () => { this.grantee = null; this.showGrantee(); }, { small: true })), ...(grantee.readingKey ? [] : [caution(text('no-keys'))]));
    }
    this.showPreview();
  }

  wish() {
    const data = new FormData(this.form);
    const rights = data.getAll('rights').reduce((sum, bit) => sum | Number(bit), 0);
    return {
      grantee: { ...this.grantee, name: data.get('name').trim() }, category: data.get('category'), rights, purpose: data.get('purpose') || data.get('own').trim(),
      until: Math.floor(Date.parse(`${data.get('until')}:00+08:00`) / 1000), patient: this.person.own.find((one) => one.address === data.get('patient')),
      custodians: this.custodians.filter((one) => data.getAll('custodian').includes(one.account)),
    };
  }

  /** Why a wish cannot be signed yet; empty when it can. */
  missing(wish) {
    if (!this.grantee) return 'need-grantee';
    if (!this.grantee.readingKey) return 'no-keys';
    if (!wish.rights) return 'need-rights';
    if (!wish.purpose) return 'need-purpose';
    if (!(wish.until > now())) return 'need-until';
    if (wish.rights & APPEND && !wish.grantee.member) return 'need-member';
    if (!wish.patient.record.keys.some((key) => key.label === wish.patient.keys.label(wish.category))) return 'need-key';
    const members = new Set(wish.custodians.map((one) => one.member));
    if (wish.custodians.length !== 3 || members.size !== 3) return 'need-custodians';
    return '';
  }

  showPreview() {
    const wish = this.wish();
    const missing = this.missing(wish);
    const entry = { ...wish, name: wish.grantee.name, memberName: wish.grantee.memberName, opening: { ...wish, grantee: this.grantee?.account } };
    this.submit.disabled = Boolean(missing);
    const told = missing ? el('p', { class: 'muted' }, text(missing)) : el('p', { class: 'says' }, sentence(entry));
    this.preview.replaceChildren(told, el('ul', { class: 'can' }, ...(missing ? [] : ['preview-chain', 'preview-withdraw', wish.category === 'sensitive' ? 'preview-sensitive' : '']).filter(Boolean).map((name) => el('li', {}, icon('check'), el('span', {}, text(name))))));
  }

  async run() {
    const wish = this.wish();
    const steps = new Steps(STEPS.map((name) => text(name)));
    this.submit.disabled = true;
    this.trouble.textContent = '';
    this.trouble.before(steps.node);
    try {
      const entry = await grantWish(this.person, wish.patient, wish, steps);
      this.put(el('section', { class: 'card' }, empty('circle-check', text('granted-done'), sentence(entry), el('p', { class: 'btns' }, el('a', { class: 'btn', href: '/consent' }, text('to-grants')), el('a', { class: 'btn ghost', href: '/consent/new' }, text('another'))))));
    } catch (error) {
      this.trouble.textContent = reason(error);
      this.submit.disabled = false;
    }
  }
}

/** A moment as the field for local time takes it, in Beijing. */
const local = (seconds) => new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 16);

customElements.define('consent-new', ConsentNew);
