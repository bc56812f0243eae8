// <records-register>: keys on this device, the account on the chain, keys of categories, the card for the hospital.
import { patientFacts, person, relationOf } from '../vault/person.mjs';
import { deskOf, handCard, plausibleId, register, setFirstKeys } from '../vault/registering.mjs';
import { openVault } from '../sealing/keys.mjs';
import * as wallet from '../wallet/vault.mjs';
import { custodians, members } from './doors.mjs';
import { Screen, Steps, reason } from './screen.mjs';
import { CATEGORIES, button, card, caution, choice, element, field, icon, link, moment, pairs, relationName, say, short } from './surface.mjs';

const KINDS = ['Hospital', 'Clinic'];
const SPANS = [30, 90, 365, 1095];
const ending = (days) => Math.floor(Date.now() / 1000) + Number(days) * 86_400;
const named = () => new URLSearchParams(location.hash.slice(1));

export class RecordsRegister extends Screen {
  /** The wallet is made on this page, and the page goes on as soon as it is open. */
  async without() {
    const { define } = await import('../wallet/elements.mjs');
    if (!customElements.get('wallet-desk')) await define();
    const desk = element('wallet-desk', {});
    this.fill(this.way(0), card(say('make-keys'), null, element('p', { class: 'muted' }, say('make-keys-lead')), desk));
    new MutationObserver((_, watch) => {
      if (!wallet.exists() || !wallet.isOpen()) return;
      watch.disconnect();
      this.refresh();
    }).observe(desk, { childList: true });
  }

  way(at) {
    return element('ol', { class: 'way-bar', 'aria-label': say('register') }, ...['keys', 'about', 'chain', 'card'].map((name, place) => (
      element('li', { class: place < at ? 'done' : '', ...(place === at ? { 'aria-current': 'step' } : {}) }, say(`way-bar-${name}`)))));
  }

  async opened(found) {
    this.person = found;
    const number = Number(named().get('relation'));
    const standing = found.relations.find((one) => one.number === number);
    if (standing) await this.showRelation(standing);
    else await this.askAbout();
  }

  async askAbout() {
    this.hospitals = await members(KINDS);
    const chosen = named().get('at') ?? '';
    const form = element('form', { class: 'stack' },
      field(say('who-for'), choice('person', ['self', 'child', 'parent', 'other'].map((name) => [name, say(`for-${name}`)]))),
      field(say('with-whom'), choice('member', [['', say('alone')], ...this.hospitals.map((one) => [one.id, one.name])], chosen)),
      field(say('note-name'), element('input', { name: 'name', maxlength: '40', autocomplete: 'off' }), say('note-name-hint')),
      field(say('id-number'), element('input', { name: 'id', required: true, minlength: '5', maxlength: '30', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false' }), say('id-number-hint')),
      field(say('may-write'), choice('days', SPANS.map((days) => [String(days), say('for-days', { n: days })]), '365'), say('may-write-hint')),
      element('p', { class: 'trouble', role: 'alert' }),
      element('p', { class: 'btns' }, element('button', { class: 'btn', type: 'submit' }, icon('key-round'), say('register'))));
    form.addEventListener('submit', (event) => { event.preventDefault(); this.begin(form); });
    this.fill(this.way(1), card(say('about'), null, caution(say('about-lead'), 'ok'), form));
    if (chosen) this.said(form);
  }

  said(form) {
    const hospital = this.hospitals.find((one) => one.id === form.elements.member.value);
    if (hospital) form.before(element('p', { class: 'pill ok' }, icon('hospital', 16), say('invited-by', { name: hospital.name })));
  }

  async begin(form) {
    const { person: whom, member, name, id, days } = Object.fromEntries(new FormData(form));
    const trouble = form.querySelector('.trouble');
    trouble.textContent = plausibleId(id.trim()) ? '' : say('id-number-wrong');
    if (trouble.textContent) return;
    const relation = await relationOf(await openVault(), this.person.next);
    await this.person.note(relation.number, { person: whom, member, name: name.trim() });
    await this.work(relation, { idNumber: id.trim().toUpperCase(), member, until: member ? ending(days) : 0 });
  }

  /** All steps, in order; what fails can be tried again from where it stands. */
  async work(relation, asked) {
    const steps = new Steps(['derive', 'register', 'categories', ...(asked.member ? ['card'] : [])]);
    const foot = element('div', {});
    this.fill(this.way(2), card(say('registering'), null, steps.list, foot));
    let at = 'derive';
    const doing = async (name, work) => {
      at = name;
      steps.told(name, 'doing');
      const word = await work(steps.follower(name));
      steps.told(name, 'done', typeof word === 'string' ? word : '');
    };
    try {
      await doing('derive', async () => short(relation.patient));
      await doing('register', (told) => register(relation, asked.idNumber, told));
      await doing('categories', (told) => setFirstKeys(relation, told));
      if (asked.member) await doing('card', (told) => this.give(relation, asked, told));
      foot.append(this.finished(asked.member));
    } catch (error) {
      steps.told(at, 'bad', reason(error));
      foot.replaceChildren(element('p', { class: 'btns' }, button('refresh-cw', say('again'), () => this.work(relation, asked), { ghost: false })));
    }
  }

  async give(relation, { member, until }, told) {
    const desk = await deskOf(member);
    if (!desk) throw Object.assign(new Error(member), { sentence: 'no-desk' });
    const keepers = await custodians().then((found) => found.map((one) => one.account), () => []);
    const grants = await handCard(relation, member, { desk, until, purpose: say('purpose-care'), custodians: keepers }, told);
    const memberName = (await members()).find((one) => one.id === member)?.name ?? '';
    const at = Math.floor(Date.now() / 1000);
    this.person.notes.openings ??= {};
    for (const { grant, opening } of grants) this.person.notes.openings[grant] = { kind: 'granted', from: relation.patient, patient: relation.patient, grant, opening, category: 'disease', name: '', member, memberName, at };
    await this.person.note(relation.number, { handed: Math.floor(Date.now() / 1000), until });
  }

  finished(member) {
    return element('div', { class: 'stack' },
      element('p', { class: 'pill ok', role: 'status' }, icon('check', 16), say(member ? 'registered-with' : 'registered')),
      element('p', { class: 'btns' }, link('/records', 'clipboard-list', say('to-records'), { ghost: false }), link('/consent/guardians', 'users', say('choose-guardians'))));
  }

  async showRelation(relation) {
    const [hospitals, facts] = await Promise.all([members(), patientFacts(relation.patient)]);
    const name = relationName(relation);
    const rows = CATEGORIES.map((category) => {
      const epochs = facts.keys.filter((key) => key.label === relation.keys.label(category));
      return [say(`category-${category}`), epochs.length ? say('epoch', { n: epochs.length, when: moment(epochs.at(-1).at) }) : say('no-key')];
    });
    this.fill(
      card(name, element('span', { class: 'tag' }, say(`for-${relation.note.person || 'self'}`)),
        pairs([[say('pseudonym'), element('span', { class: 'hash' }, relation.patient)], [say('registered-at'), moment(facts.registered)],
          [say('card-handed'), relation.note.handed ? moment(relation.note.handed) : say('not-here')]]),
        this.naming(relation, name)),
      card(say('category-keys'), null, pairs(rows), ...(rows.some(([, text]) => text === say('no-key')) ? [this.goOn(relation)] : [])),
      card(say('hand-card'), null, element('p', { class: 'muted' }, say('hand-card-lead')), this.handing(relation, hospitals)));
  }

  naming(relation, name) {
    const form = element('form', { class: 'finder' }, field(say('note-name'), element('input', { name: 'name', maxlength: '40', value: name }), say('note-name-hint')),
      field(say('who-for'), choice('person', ['self', 'child', 'parent', 'other'].map((one) => [one, say(`for-${one}`)]), relation.note.person)),
      element('button', { class: 'btn ghost', type: 'submit' }, say('keep-note')));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      await this.person.note(relation.number, Object.fromEntries(new FormData(form)));
      await this.attempt(async () => this.opened(await person()));
    });
    return element('details', {}, element('summary', {}, say('rename')), form);
  }

  goOn(relation) {
    return element('p', { class: 'btns' }, button('key-round', say('go-on'), () => this.work(relation, { idNumber: '', member: '', until: 0 }), { ghost: false }));
  }

  handing(relation, hospitals) {
    const may = hospitals.filter((one) => KINDS.includes(one.kind));
    const form = element('form', { class: 'stack' },
      field(say('with-whom'), choice('member', may.map((one) => [one.id, one.name]), relation.note.member)),
      field(say('may-write'), choice('days', SPANS.map((days) => [String(days), say('for-days', { n: days })]), '365'), say('may-write-hint')),
      element('p', { class: 'btns' }, element('button', { class: 'btn', type: 'submit' }, icon('key-round'), say('hand-card'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const { member, days } = Object.fromEntries(new FormData(form));
      this.work(relation, { idNumber: '', member, until: ending(days) });
    });
    return form;
  }
}
