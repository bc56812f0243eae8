// What every page of grants stands on: words, icons, the vault, and steps that are seen as they are taken.
import { Refused } from '../chain/doors.mjs';
import { element, unlockDialog } from '../wallet/dialog.mjs';
import * as wallet from '../wallet/vault.mjs';

const english = document.documentElement.lang.startsWith('en');
const words = { ...JSON.parse(document.getElementById('consent-words')?.content.textContent ?? '{}'), and: english ? ', ' : '、' };
const icons = document.getElementById('consent-icons');

/** A sentence of the page, with `{name}` replaced. */
export const text = (name, values = {}) => (words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');

export function icon(name) {
  const found = icons?.querySelector(`[data-icon="${name}"] > svg`);
  return found ? found.cloneNode(true) : '';
}

export const el = (tag, attributes, ...children) => element(tag, attributes, ...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
export const button = (label, work, { mark = '', ghost = true, small = false, ...rest } = {}) => (
  el('button', { class: `btn${ghost ? ' ghost' : ''}${small ? ' sm' : ''}`, type: 'button', onclick: work, ...rest }, mark ? icon(mark) : null, label));
export const caution = (words_, tone = '') => el('p', { class: `caution ${tone}` }, icon(tone === 'bad' ? 'circle-x' : 'triangle-alert'), el('span', {}, words_));
export const empty = (mark, title, lead, ...more) => el('div', { class: 'empty-state small' }, icon(mark), el('h2', {}, title), el('p', { class: 'muted' }, lead), ...more);
export const field = (label, input, note = '') => el('label', { class: 'field' }, el('span', {}, label), input, note ? el('small', {}, note) : null);

const zone = { timeZone: 'Asia/Shanghai' };
const locale = () => (english ? 'en-GB' : 'zh-CN');

/** A moment (Unix seconds) in Beijing, as people write it. */
export const moment = (seconds, told = locale()) => new Intl.DateTimeFormat(told, { ...zone, year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(new Date(Number(seconds) * 1000));
export const short = (hex) => `${hex.slice(0, 8)}…${hex.slice(-4)}`;
export const now = () => Math.floor(Date.now() / 1000);

/** Why something was not done, in a sentence. */
export function reason(error) {
  if (error instanceof Refused) return error.message;
  if (error instanceof TypeError && /fetch/i.test(error.message)) return text('unreachable');
  return text('trouble', { why: error.message });
}

/** A list of steps, each shown as it is waited for, done or failed. */
export class Steps {
  constructor(names) {
    this.rows = names.map((name) => el('li', { 'data-state': 'todo' }, el('span', { class: 'step-dot' }), el('span', { class: 'grow' }, name), el('small', {})));
    this.bar = el('progress', { max: String(names.length), value: '0', 'aria-label': text('progress') });
    this.node = el('div', { class: 'steps', role: 'status', 'aria-live': 'polite' }, this.bar, el('ol', {}, ...this.rows));
  }

  /** Run a step; `work(told)` may tell more while it runs. */
  async take(at, work) {
    const row = this.rows[at];
    row.dataset.state = 'doing';
    row.scrollIntoView({ block: 'nearest' });
    try {
      const answer = await work((detail) => { row.querySelector('small').textContent = detail; });
      row.dataset.state = 'done';
      this.bar.value = at + 1;
      return answer;
    } catch (error) {
      row.dataset.state = 'bad';
      row.querySelector('small').textContent = reason(error);
      throw error;
    }
  }
}

/** What a transaction's state is called. */
export const chainState = (state) => text({ submitted: 'submitted', unknown: 'submitted', confirmed: 'confirmed', indexed: 'indexed' }[state] ?? 'submitted');

/** An element that works only with the vault open: says what is missing, then loads and shows. */
export class Opened extends HTMLElement {
  connectedCallback() { this.start(); }

  async start() {
    try {
      if (!wallet.possible()) return this.put(caution(text('insecure'), 'bad'));
      if (!wallet.exists()) return this.put(this.without());
      if (!wallet.isOpen()) return this.put(this.locked());
      this.put(el('p', { class: 'muted', role: 'status' }, text('loading')));
      await this.load();
      this.show();
    } catch (error) {
      this.put(caution(reason(error), 'bad'), el('p', { class: 'btns' }, button(text('again'), () => this.start(), { mark: 'refresh-cw' })));
    }
    return undefined;
  }

  without() {
    return el('section', { class: 'card' }, empty('wallet', text('no-wallet'), text('no-wallet-lead'),
      el('p', { class: 'btns' }, el('a', { class: 'btn', href: '/wallet' }, text('to-wallet')), el('a', { class: 'btn ghost', href: '/records' }, text('to-records')))));
  }

  locked() {
    return el('section', { class: 'card' }, empty('lock', text('locked'), text('locked-lead'),
      button(text('unlock'), async () => { if (await unlockDialog(wallet)) this.start(); }, { mark: 'lock-open', ghost: false })));
  }

  put(...nodes) { this.replaceChildren(...nodes); }

  async load() {}

  show() {}
}
