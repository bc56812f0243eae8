// <records-home>: the person's relations, those they look after, and all folders as one timeline.
import * as wallet from '../wallet/vault.mjs';
import { entrusted, memberNames } from './doors.mjs';
import { Folder } from './folder.mjs';
import { row } from './rows.mjs';
import { Screen, reason } from './screen.mjs';
import { SIGNS, button, card, choice, element, empty, field, icon, link, relationName, say, short, when } from './surface.mjs';

const SHOWN = 50;

export class RecordsHome extends Screen {
  without() {
    this.fill(element('section', { class: 'card welcome' },
      element('h2', {}, say('welcome')), element('p', {}, say('welcome-lead')),
      element('ul', { class: 'promises' }, ...['keys', 'sealed', 'yours'].map((name) => element('li', {}, icon({ keys: 'key-round', sealed: 'lock', yours: 'fingerprint' }[name], 24), element('span', {}, say(`promise-${name}`)))))),
    element('div', { class: 'tri' },
      way('user', 'alone', link('/records/register', 'plus', say('register'), { ghost: false })),
      way('hospital', 'desk', document.querySelector('[data-scanner]').content.cloneNode(true), link('/records/welcome', 'building-2', say('desk-code'), { small: true })),
      way('history', 'back', link('/wallet', 'key-round', say('restore')))));
  }

  async opened(person) {
    this.person = person;
    if (!person.relations.length) {
      this.peopleList = element('ul', { class: 'relations' });
      const others = card(say('relations'), null, this.peopleList);
      others.hidden = true;
      this.fill(empty('clipboard-list', say('no-relation'), say('no-relation-lead'), link('/records/register', 'plus', say('register'), { ghost: false })), others);
      await this.family();
      others.hidden = !this.peopleList.children.length;
      return;
    }
    this.names = await memberNames();
    this.folder = new Folder(person.relations);
    this.shown = SHOWN;
    this.list = element('ol', { class: 'folder-lines' });
    this.foot = element('div', { class: 'pager' });
    this.told = element('p', { class: 'muted tiny', role: 'status' });
    this.fill(this.heading(), this.people(), card(say('timeline'), this.ways(), this.asking(), this.told, this.list, this.foot));
    this.family();
    await this.folder.page();
    this.draw();
  }

  heading() {
    return element('section', { class: 'card me' },
      element('span', { class: 'seal' }, icon('user', 28)),
      element('div', { class: 'grow' }, element('h2', {}, say('mine')), element('p', { class: 'muted tiny' }, say('joined-here', { n: this.person.relations.length }))),
      element('span', { class: 'pill ok' }, icon('lock-open', 16), say('open-here')),
      button('lock', say('lock'), () => { wallet.lock(); this.refresh(); }, { small: true }));
  }

  people() {
    const cards = this.person.relations.map((relation) => element('li', {},
      element('a', { href: `/records/register#relation=${relation.number}` },
        icon('building-2', 24), element('span', { class: 'grow' }, element('strong', { 'data-relation': relation.number }, relationName(relation)), element('small', { class: 'muted hash' }, short(relation.patient))),
        element('span', { class: 'tag' }, relation.note.person ? say(`for-${relation.note.person}`) : say('for-self')))));
    this.peopleList = element('ul', { class: 'relations' }, ...cards);
    return card(say('relations'), link('/records/register', 'plus', say('another'), { small: true }), this.peopleList);
  }

  /** Those for whom the person acts as a proxy, behind the own relations. */
  async family() {
    const found = await entrusted(this.person).catch(() => ({ entrusted: [] }));
    this.peopleList.append(...found.entrusted.map(({ patient, until }) => element('li', {},
      element('a', { href: '/consent/proxies' }, icon('users', 24),
        element('span', { class: 'grow' }, element('strong', {}, this.person.notes.people?.[patient]?.name || say('entrusted')), element('small', { class: 'muted' }, `${short(patient)} · ${say('until', { when: when(new Date(until * 1000).toISOString()) })}`)),
        element('span', { class: 'tag' }, say('as-proxy'))))));
  }

  ways() {
    return element('span', { class: 'btns' }, link('/records/add', 'plus', say('add'), { small: true, ghost: false }), link('/records/export', 'download', say('export'), { small: true }));
  }

  asking() {
    const types = Object.keys(SIGNS).map((name) => [name, say(`type-${name}`)]);
    const relations = this.person.relations.map((one) => [String(one.number), relationName(one)]);
    this.form = element('form', { class: 'finder', role: 'search', 'aria-label': say('timeline'), oninput: () => this.again(), onsubmit: (event) => { event.preventDefault(); this.deepen(); } },
      field(say('search'), element('input', { type: 'search', name: 'words', maxlength: '100', autocomplete: 'off' })),
      field(say('type'), choice('type', [['', say('every-type')], ...types])),
      field(say('relation'), choice('relation', [['', say('every-relation')], ...relations])),
      field(say('from'), element('input', { type: 'date', name: 'from' })),
      field(say('to'), element('input', { type: 'date', name: 'to' })));
    return this.form;
  }

  again() {
    this.shown = SHOWN;
    this.draw();
  }

  draw() {
    const question = Object.fromEntries(new FormData(this.form));
    const found = this.folder.fitting(question);
    const asked = Object.values(question).some(Boolean);
    this.told.textContent = say(this.folder.more ? 'opened-so-far' : 'opened-all', { n: this.folder.items.length, found: found.length });
    this.list.replaceChildren(...found.slice(0, this.shown).map((item) => row(item, relationName(item.relation), this.names)));
    if (!found.length) this.list.replaceChildren(element('li', { class: 'none' }, this.folder.items.length ? this.nothing(asked) : this.nobody()));
    const rest = found.length > this.shown || this.folder.more;
    this.foot.replaceChildren(...(rest ? [button('history', say(asked && this.folder.more ? 'search-all' : 'earlier'), () => (asked && this.folder.more ? this.deepen() : this.earlier(found.length)))] : []));
  }

  nothing(asked) {
    return element('div', { class: 'empty-state small' }, icon('search', 40), element('p', {}, say(asked && this.folder.more ? 'nothing-yet' : 'nothing-found')));
  }

  nobody() {
    return element('div', { class: 'empty-state small' }, icon('inbox', 40), element('p', {}, say('nothing-here')), link('/records/add', 'plus', say('add')));
  }

  async earlier(found) {
    this.shown += SHOWN;
    if (found < this.shown && this.folder.more) await this.fetching(() => this.folder.page());
    this.draw();
  }

  /** Open everything, so that the search is over all of it. */
  async deepen() {
    if (this.folder.more) await this.fetching(() => this.folder.all(() => { this.draw(); return this.isConnected; }));
    this.draw();
  }

  async fetching(work) {
    this.list.setAttribute('aria-busy', 'true');
    try {
      await work();
    } catch (error) {
      this.told.textContent = reason(error);
    }
    this.list.removeAttribute('aria-busy');
  }
}

function way(sign, name, ...to) {
  return element('section', { class: 'card way' }, icon(sign, 28), element('h2', {}, say(`way-${name}`)), element('p', { class: 'muted' }, say(`way-${name}-lead`)), element('p', { class: 'btns' }, ...to));
}
