// <formula-share data-revises data-parent data-version>: a formula is written, seen in grams, sealed if it must be, signed.
import { ask } from '../chain/doors.mjs';
import { element } from '../wallet/dialog.mjs';
import { Acting, nested } from '../wallet/forms.mjs';
import * as node from '../wallet/node.mjs';
import * as wallet from '../wallet/vault.mjs';
import { say } from '../wallet/words.mjs';
import { isAmount, linesOf } from './pasting.mjs';
import { sealDoses, sha256 } from './sealing.mjs';

const DOOR = '/api/formulas';
const PAUSE = 450;
const METRIC = /^([0-9]+(?:\.[0-9]+)?)(?:[-–~至]([0-9]+(?:\.[0-9]+)?))?(?:g|G|克)$/;
const split = (text) => (text ?? '').split(/[\s,，、]+/).filter(Boolean);
const plain = (text) => (text ?? '').trim().normalize('NFC');
const later = (work, pause) => {
  let waiting;
  return (...given) => { clearTimeout(waiting); waiting = setTimeout(() => work(...given), pause); };
};

class Share extends Acting {
  connectedCallback() {
    super.connectedCallback();
    this.rows = this.querySelector('row-list');
    this.rows.number();
    const look = later(() => this.look(), PAUSE);
    this.form.addEventListener('input', (event) => {
      if (event.target.matches('[data-herb]')) this.names(event.target);
      if (event.target.matches('[data-codes]')) this.codes(event.target);
      look();
    });
    this.form.addEventListener('change', look);
    this.addEventListener('click', (event) => {
      if (event.target.closest('[data-choice]')) this.choose(event.target.closest('[data-choice]'));
      if (event.target.closest('[data-add], [data-remove]')) look();
    });
    const paste = this.querySelector('[data-paste]');
    this.querySelector('[data-paste-open]').addEventListener('click', () => {
      paste.hidden = !paste.hidden;
      if (!paste.hidden) paste.querySelector('textarea').focus();
    });
    paste.querySelector('[data-paste-take]').addEventListener('click', () => { this.take(paste); look(); });
    this.names = later((field) => this.propose(field, `/api/terms/herbs?q=${encodeURIComponent(field.value.trim())}`, (one) => [one.name, one.zh === one.name ? one.pinyin : one.zh]), PAUSE / 3);
    this.codes = later((field) => this.propose(field, `/api/terms/codes/${field.dataset.codes}?q=${encodeURIComponent(field.value.trim())}`, (one) => [one.code, one.zh]), PAUSE / 3);
    this.kind();
    if (this.lines().some(({ name }) => name)) look();
  }

  get folk() { return this.form.elements.class.value === 'folk'; }

  kind() { this.querySelector('[data-folk]').hidden = !this.folk; }

  lines() { return [...this.rows.rows.children].map((row) => ({ row, ...Object.fromEntries([...row.querySelectorAll('[name]')].map((field) => [field.name.split('.').at(-1), field.value.trim()])) })); }

  async propose(field, path, option) {
    if (!field.value.trim()) return;
    const found = await ask('GET', path).catch(() => []);
    field.list.replaceChildren(...found.map(option).map(([value, label]) => element('option', { value }, label ?? '')));
  }

  choose(button) {
    const field = button.closest('.row').querySelector('[data-herb]');
    field.value = button.dataset.choice;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  }

  take(paste) {
    const found = linesOf(paste.querySelector('textarea').value);
    for (const line of this.lines()) if (!line.name && this.rows.rows.children.length > 1) line.row.remove();
    found.forEach((line, at) => {
      const empty = this.lines().find(({ name }) => !name);
      if (!empty) this.rows.add();
      const row = empty?.row ?? this.rows.rows.lastElementChild;
      const put = (part, value) => { row.querySelector(`[name$=".${part}"]`).value = value; };
      put('name', line.name);
      put('words', line.words);
      put('processing', line.processing.join(' '));
      if (at === 0) row.querySelector('[data-herb]').focus();
    });
    this.rows.number();
    paste.querySelector('[role=status]').textContent = say('formula-pasted', { n: found.length });
  }

  /** What the node is asked to write down: of a folk formula nothing of the doses. */
  draft() {
    const { convention, dosing, aliases, ingredients, indications, ...rest } = nested(this.form);
    const lines = this.lines().filter(({ name }) => name);
    const use = indications?.[0] ?? {};
    const parent = this.dataset.parent ? { formula: this.dataset.parent, version: Number(this.dataset.version) } : undefined;
    return {
      ...rest,
      aliases: split(aliases),
      ...(this.folk ? {} : { dosing }),
      ingredients: lines.map(({ name, words, role, processing, preparation }) => ({
        name, role, preparation, processing: split(processing), ...(this.folk ? {} : { words, convention }),
      })),
      indications: Object.keys(use).length ? [{ ...use, ...(use.symptoms ? { symptoms: split(use.symptoms) } : {}) }] : [],
      ...(parent ? { parent } : {}),
    };
  }

  async look() {
    this.kind();
    const draft = this.draft();
    if (!draft.ingredients.length) return null;
    const turn = this.turn = (this.turn ?? 0) + 1;
    try {
      const written = await ask('POST', `${DOOR}/documents${this.dataset.revises ? `?but=${this.dataset.revises}` : ''}`, { ...draft, name: draft.name || '—' });
      if (turn === this.turn) this.show(written);
      return written;
    } catch (error) {
      if (turn === this.turn) this.preview(element('p', { class: 'trouble' }, error.message));
      return null;
    }
  }

  show(written) {
    const lines = this.lines().filter(({ name }) => name);
    lines.forEach(({ row, words }, at) => {
      const fault = written.faults.find(({ line }) => line === at);
      const shown = fault ? this.fault(fault) : this.folk ? this.sealed(words) : this.grams(written.lines[at]);
      row.classList.toggle('wrong', Boolean(fault));
      row.querySelector('.line-state').replaceChildren(...shown);
    });
    const near = written.nearest;
    this.preview(...(near && near.likeness > 0 ? [element('p', { class: near.copy ? 'pill warn' : 'muted' }, say(near.copy ? 'formula-copy' : 'formula-near', { name: near.name, n: Math.floor(near.likeness / 10_000) }), ' ',
      ...(near.formula ? [element('a', { href: `/formulas/${near.formula}` }, near.name)] : []))] : []));
  }

  preview(...shown) {
    this.querySelector('[data-shown]').replaceChildren(...shown);
    this.querySelector('[data-preview]').hidden = !shown.length;
  }

  fault({ message, choices }) {
    return [element('span', { class: 'trouble' }, message), ...choices.slice(0, 8).map((choice) => element('button', { class: 'btn ghost sm', type: 'button', 'data-choice': choice }, choice))];
  }

  grams(line) {
    if (!line) return [];
    const { grams } = line;
    if (!grams) return [element('span', { class: 'pill warn' }, say('formula-grams-none'))];
    return [element('span', { class: 'muted num' }, say('formula-grams', { n: grams.low === grams.high ? grams.low : `${grams.low}–${grams.high}` }))];
  }

  /** The dose of a folk formula is looked at here alone. */
  sealed(words) {
    if (!words) return [];
    if (!isAmount(words)) return [element('span', { class: 'trouble' }, say('formula-dose-unreadable'))];
    const [, low, high] = METRIC.exec(words) ?? [];
    return [element('span', { class: 'muted num' }, low ? say('formula-grams', { n: high ? `${low}–${high}` : low }) : say('formula-grams-later'))];
  }

  async act() {
    const written = await this.look();
    if (!written) throw new node.Refused({ message: say('formula-mend') });
    const lines = this.lines().filter(({ name }) => name);
    if (!plain(this.form.elements.name.value) || written.faults.length || lines.some(({ words }) => !words || (this.folk && !isAmount(words)))) {
      this.querySelector('.row.wrong input, input:invalid')?.focus();
      throw new node.Refused({ message: say('formula-mend') });
    }
    const body = { document: written.document, ...(this.folk ? { doses: await this.seal(written.content, lines) } : {}) };
    const { revises } = this.dataset;
    const { calls } = await node.ask('POST', revises ? `${DOOR}/${revises}/versions` : DOOR, body);
    this.content = written.content;
    await this.settle(calls);
  }

  async seal(card, lines) {
    const { convention, dosing } = nested(this.form);
    const sheet = {
      card,
      doses: lines.map(({ words }) => ({ convention, words: plain(words) })),
      dosing: { basis: dosing.basis, servings: dosing.servings ?? null, takings: dosing.takings ?? null },
      schema: 'tcmchain.formula.doses.1',
    };
    const desks = await node.ask('GET', `${DOOR}/desks`);
    const block = await sealDoses(JSON.stringify(sheet), wallet.kept().address, card, desks);
    const { doses } = await node.ask('POST', `${DOOR}/doses`, block, { 'content-type': 'application/octet-stream' });
    if (doses !== await sha256(block)) throw new Error('hash');
    return doses;
  }

  async done(last) {
    super.done(last);
    const { formula } = await ask('GET', `${DOOR}/by-content/${this.content}`);
    this.querySelector('.write-state a')?.setAttribute('href', `/formulas/${formula}`);
  }
}

customElements.define('formula-share', Share);
