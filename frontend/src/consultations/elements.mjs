// <consultation-ask>, <consultation-acts data-question data-asker> and <consultation-mine>.
import { ask } from '../chain/doors.mjs';
import { element, unlockDialog } from '../wallet/dialog.mjs';
import { Acting, nested } from '../wallet/forms.mjs';
import * as node from '../wallet/node.mjs';
import * as wallet from '../wallet/vault.mjs';
import { say } from '../wallet/words.mjs';
import { askAs, history, whose } from './pseudonyms.mjs';

const DOOR = '/api/consultations';
const PAUSE = 600;
const ENOUGH = 6;

/** A question as a list tells it. */
const row = (one) => element('li', {}, element('a', { href: `/consultations/${one.id}` }, (one.condition ?? '').slice(0, 140) || `${one.id.slice(0, 12)}…`),
  element('p', { class: 'marks' }, element('span', { class: 'muted' }, say('consultation-answers', { n: one.answers })),
    one.helped ? element('span', { class: 'pill ok' }, say('consultation-helped', { n: one.helped })) : null));

class Ask extends Acting {
  connectedCallback() {
    super.connectedCallback();
    // Sent before this script stood, the form would carry its words in the open address.
    this.form.querySelector('[type=submit]').disabled = false;
    let waiting;
    for (const area of this.form.querySelectorAll('textarea')) {
      area.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(() => this.similar(), PAUSE); });
    }
    for (const field of this.form.querySelectorAll('[data-codes]')) {
      let typing;
      field.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(() => this.codes(field), PAUSE / 3); });
    }
    if (this.form.elements.condition.value) this.similar();
  }

  // The wallet signs under another name; a session would tell the node whose.
  prepare() {}

  async similar() {
    const { condition = '', tried = '' } = nested(this.form);
    const place = this.querySelector('.similar');
    const found = condition.length < ENOUGH ? [] : (await ask('POST', `${DOOR}/similar`, { condition, tried }).catch(() => ({ questions: [] }))).questions;
    place.hidden = found.length === 0;
    place.querySelector('ul').replaceChildren(...found.map(row));
  }

  async codes(field) {
    const text = field.value.trim();
    const [list, note] = [field.list, field.parentElement.querySelector('small')];
    if (!text) return note.replaceChildren();
    const found = await ask('GET', `${DOOR}/codes/${field.dataset.codes}?q=${encodeURIComponent(text)}`).catch(() => []);
    list.replaceChildren(...found.map(({ code, zh }) => element('option', { value: code }, zh)));
    return note.replaceChildren(found.find(({ code }) => code === text)?.zh ?? '');
  }

  async act() {
    const { free } = await history();
    const salt = `0x${[...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    const { calls } = await askAs(free.key, `${DOOR}/questions`, { ...nested(this.form), salt });
    await this.settle(calls, free);
  }

  async done(last) {
    super.done(last);
    const { question } = await ask('GET', `${DOOR}/asked/${last.tx}`);
    location.assign(`/consultations/${question}`);
  }
}

class Acts extends Acting {
  connectedCallback() {
    super.connectedCallback();
    for (const button of this.form.querySelectorAll('button')) {
      button.disabled = !wallet.possible() || !wallet.exists();
      button.addEventListener('click', () => { this.wanted = button.value; });
    }
    this.hidden = [...this.form.querySelectorAll('button')].every(({ disabled }) => disabled);
  }

  prepare() {}

  async act() {
    const account = await whose(this.dataset.asker);
    if (account === null) throw new node.Refused({ message: say('consultation-not-yours') });
    const { calls } = await askAs(account.key, `${DOOR}/questions/${this.dataset.question}/${this.wanted}`);
    await this.settle(calls, account);
  }
}

class Mine extends HTMLElement {
  connectedCallback() {
    this.hidden = !wallet.possible() || !wallet.exists();
    this.querySelector('button').addEventListener('click', () => this.show());
  }

  async show() {
    if (!(await unlockDialog(wallet))) return;
    const list = this.querySelector('ul');
    const { questions } = await history();
    list.replaceChildren(...(questions.length ? questions.map(row) : [element('li', { class: 'muted' }, list.dataset.none)]));
  }
}

customElements.define('consultation-ask', Ask);
customElements.define('consultation-acts', Acts);
customElements.define('consultation-mine', Mine);
