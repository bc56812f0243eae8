// <step-form endpoint return>: a form whose answer is calls, shown in words, signed here and followed to the index.
// <bulk-form endpoint return>: a CSV file, tried first, then signed as many transactions.
// <sign-form endpoint submit>: a typed message, shown, signed here and handed in; calls that come back are sent on.
import { signDigest } from '../chain/accounts.mjs';
import { digest } from '../chain/typed.mjs';
import { confirmDialog, element, unlockDialog } from './dialog.mjs';
import { explain } from './explain.mjs';
import * as node from './node.mjs';
import { say } from './words.mjs';
import * as vault from './vault.mjs';

/** Fields as nested JSON: `facts.place`, `lines.0.lot`; empty ones are left out, checkboxes become true or false. */
export function nested(form) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.type === 'submit' || field.closest('template')) continue;
    if (field.type === 'radio' && !field.checked) continue;
    const value = valueOf(field);
    if (value === '') continue;
    const path = field.name.split('.');
    let place = found;
    path.slice(0, -1).forEach((part, at) => { place = place[part] ??= /^\d+$/.test(path[at + 1]) ? [] : {}; });
    place[path.at(-1)] = value;
  }
  return dense(found);
}

function valueOf(field) {
  if (field.type === 'checkbox') return field.checked;
  const text = field.value.trim();
  const typed = field.dataset.type ?? (field.type === 'number' ? 'number' : '');
  if (text === '') return '';
  if (typed === 'number') return Number(text);
  if (typed === 'reading') return Number.isFinite(Number(text)) ? Number(text) : text;
  if (typed === 'boolean' || ['true', 'false'].includes(text)) return text === 'true';
  return text;
}

const dense = (value) => (Array.isArray(value) ? value.filter((one) => one !== undefined).map(dense)
  : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, dense(one)])) : value);

/** A form that signs; `prepare` runs once the wallet is open, `act` does what the form is for. */
export class Acting extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form');
    this.state = element('div', { class: 'write-state', role: 'status', 'aria-live': 'polite' });
    this.form.append(this.state);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run();
    });
  }

  async run() {
    const button = this.form.querySelector('[type=submit]');
    button.disabled = true;
    this.say('');
    try {
      if (!vault.possible()) throw new node.Refused({ message: say('insecure') });
      if (!vault.exists()) return this.say(say('no-wallet'), 'bad', '/wallet', say('to-wallet'));
      if (!(await unlockDialog(vault))) return undefined;
      await this.prepare();
      await this.act();
    } catch (error) {
      this.say(error instanceof node.Refused ? error.message : say('trouble', { why: error.message }), 'bad');
    } finally {
      button.disabled = false;
    }
    return undefined;
  }

  prepare() { return node.ensureSession(); }

  say(text, state = '', link = '', label = '') {
    this.state.className = `write-state ${state}`;
    this.state.replaceChildren(text, ...(link ? [' ', element('a', { href: link }, label)] : []));
  }

  track(states) {
    const at = { submitted: 1, unknown: 1, confirmed: 2, indexed: 3 }[states.state] ?? 0;
    const steps = ['submitted', 'confirmed', 'indexed'].map((name, place) => (
      element('li', place < at ? { class: 'done' } : {}, say(name))));
    this.state.className = 'write-state';
    this.state.replaceChildren(element('ol', { class: 'write-steps' }, ...steps));
  }

  /** Show calls, sign and follow them; `as` is another account than the wallet's own. */
  async settle(calls, as = undefined) {
    if (!(await confirmDialog(calls.flatMap(explain)))) return;
    const sent = await node.send(calls, undefined, as);
    for (const one of sent) await node.follow(one, (state) => this.track(state));
    this.done(sent.at(-1));
  }

  done(last) {
    this.dispatchEvent(new CustomEvent('settled', { bubbles: true }));
    const hash = last ? element('small', { class: 'hash' }, ` ${last.tx.slice(0, 10)}…${last.tx.slice(-8)}`) : '';
    this.state.append(element('p', { class: 'ok' }, say('done'), hash, ' ',
      element('a', { class: 'btn ghost sm', href: this.getAttribute('return') ?? location.href }, say('go-on'))));
    this.state.scrollIntoView({ block: 'nearest' });
  }
}

class StepForm extends Acting {
  async act() {
    const { calls } = await node.ask('POST', this.getAttribute('endpoint'), nested(this.form));
    await this.settle(calls);
  }
}

class SignForm extends Acting {
  async act() {
    const asked = this.getAttribute('method') === 'GET'
      ? await node.ask('GET', this.getAttribute('endpoint'))
      : await node.ask('POST', this.getAttribute('endpoint'), nested(this.form));
    const { typed, ...rest } = asked;
    if (typed.domain.name !== 'TCM Chain' || typed.domain.verifyingContract) throw new Error('foreign message');
    const rows = Object.entries(typed.message).map(([name, value]) => ({ label: say(`field-${name}`), value: String(value) }));
    if (!(await confirmDialog([{ title: say(`message-${typed.primaryType}`), name: typed.primaryType, rows }]))) return;
    const signature = signDigest(await vault.key(), digest(typed));
    const body = this.hasAttribute('bare') ? { signature } : { ...nested(this.form), ...rest, signature };
    const answer = await node.ask('POST', this.getAttribute('submit'), body);
    if (answer?.calls) await this.settle(answer.calls);
    else this.done();
  }
}

class BulkForm extends Acting {
  async act() {
    const file = this.form.querySelector('[type=file]').files[0];
    const endpoint = this.getAttribute('endpoint');
    const csv = { 'content-type': 'text/csv' };
    const trial = await node.ask('POST', `${endpoint}?dry_run=true`, file, csv);
    if (trial.errors.length) return this.wrong(trial);
    const { calls } = await node.ask('POST', `${endpoint}?dry_run=false`, file, csv);
    const steps = calls.slice(0, 1).flatMap(explain);
    const first = { title: say('bulk-title', { rows: trial.rows, n: calls.length }), name: trial.kind, rows: [] };
    if (!(await confirmDialog([first, ...steps]))) return undefined;
    const bar = element('progress', { max: String(2 * calls.length), value: '0', 'aria-label': say('bulk-progress') });
    this.say('');
    this.state.append(bar);
    const sent = await node.send(calls, (done) => { bar.value = done; });
    for (const one of sent) {
      await node.follow(one);
      bar.value += 1;
    }
    this.done(sent.at(-1));
    return undefined;
  }

  wrong(trial) {
    const heads = ['row', 'column', 'fault'].map((name) => element('th', { scope: 'col' }, say(name)));
    const rows = trial.errors.map((error) => element('tr', {}, element('td', { class: 'num' }, String(error.row)), element('td', {}, error.column), element('td', {}, error.message)));
    this.say(say('bulk-wrong', { n: trial.errors.length, rows: trial.rows }), 'bad');
    this.state.append(element('table', { class: 'data' }, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows)));
  }
}

export function defineForms() {
  customElements.define('step-form', StepForm);
  customElements.define('sign-form', SignForm);
  customElements.define('bulk-form', BulkForm);
}
