// Fields of the sheet: a herb by name, a code by name, a line.
import * as doors from './doors.mjs';
import { button, el, text } from './surface.mjs';

const PREPARATIONS = ['', 'decoct-first', 'decoct-long', 'add-later', 'wrap', 'separately', 'melt', 'infuse', 'steep', 'take-drenched', 'swallow'];
const ROLES = ['', 'sovereign', 'minister', 'assistant', 'envoy'];
const PAUSE = 150;
let lists = 0;

/** A field with proposals that come as one types; `found(value)` tells what was chosen. */
function proposing(input, propose) {
  const list = el('datalist', { id: `proposals-${lists += 1}` });
  input.setAttribute('list', list.id);
  let timer;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const typed = input.value.trim();
      const found = typed ? await propose(typed).catch(() => []) : [];
      if (input.value.trim() === typed) list.replaceChildren(...found.map(({ value, label }) => el('option', { value }, label)));
    }, PAUSE);
  });
  return list;
}

export const choice = (name, values, words, chosen = '') => el('select', { name, 'aria-label': text(name) }, ...values.map((value) => el('option', { value, selected: value === chosen }, value ? text(`${words}-${value}`) : '—')));

/** A disease or syndrome: words, and the national code when the words are exactly a term's. */
export class CodeField {
  constructor(kind, changed) {
    this.kind = kind;
    this.code = '';
    this.input = el('input', { name: kind, autocomplete: 'off', maxlength: '60' });
    this.shown = el('small', { class: 'muted', 'aria-live': 'polite' });
    const list = proposing(this.input, async (q) => (await doors.codes(kind, q)).map(({ code, zh }) => ({ value: zh, label: code })));
    this.input.addEventListener('change', () => this.look().then(changed));
    this.node = el('label', { class: 'field' }, el('span', {}, text(kind)), this.input, list, this.shown);
  }

  async look() {
    const typed = this.input.value.trim();
    const found = typed ? await doors.codes(this.kind, typed).catch(() => []) : [];
    const exact = found.find(({ zh, code }) => zh === typed || code === typed);
    this.code = exact?.code ?? '';
    if (exact) this.input.value = exact.zh;
    this.shown.textContent = exact ? `${exact.code} · ${exact.source.zh}` : typed ? text('no-code') : '';
  }

  get words() { return this.input.value.trim(); }
}

/** One herb of the sheet: its name means exactly one herb, or a person chooses. */
export class LineField {
  constructor({ changed, removed }, given = {}) {
    this.herb = given.herb ?? null;
    this.known = given.name ?? '';
    this.name = el('input', { name: 'herb', autocomplete: 'off', maxlength: '40', value: given.name ?? '', 'aria-label': text('herb'), placeholder: text('herb') });
    this.grams = el('input', { name: 'grams', inputmode: 'decimal', maxlength: '8', value: given.grams ?? '', 'aria-label': text('grams'), placeholder: '0' });
    this.role = choice('role', ROLES, 'role', given.role ?? '');
    this.preparation = choice('preparation', PREPARATIONS, 'prep', given.preparation ?? '');
    this.processing = el('input', { name: 'processing', maxlength: '20', value: given.processing ?? '', 'aria-label': text('processing'), placeholder: text('processing') });
    this.says = el('p', { class: 'line-says', 'aria-live': 'polite' });
    const list = proposing(this.name, async (q) => (await doors.herbs(q)).map(({ name, pinyin }) => ({ value: name, label: pinyin })));
    this.name.addEventListener('change', () => this.look().then(changed));
    for (const one of [this.grams, this.role, this.preparation, this.processing]) one.addEventListener('input', changed);
    const remove = button('', () => { this.node.remove(); removed(this); }, { mark: 'x', small: true, 'aria-label': text('remove-line') });
    this.node = el('li', { class: 'rx-line' }, this.name, list, el('span', { class: 'grams' }, this.grams, ' g'), this.role, this.preparation, this.processing, remove, this.says);
  }

  /** What the name means. Nothing is taken because it looks alike: of several a person chooses. */
  async look() {
    const typed = this.name.value.trim();
    if (this.herb && typed === this.known) return;
    this.herb = null;
    this.says.replaceChildren();
    if (!typed) return;
    const { herb, ambiguous, names } = await doors.herbNamed(typed);
    if (herb) this.take(herb, typed);
    else {
      const choose = (name) => { this.name.value = name; this.name.dispatchEvent(new Event('change')); };
      this.says.append(el('span', { class: 'trouble' }, text(ambiguous ? 'herb-ambiguous' : 'herb-unknown', { name: typed })), ' ', ...names.slice(0, 8).map((name) => button(name, () => choose(name), { small: true })));
    }
  }

  take(herb, name) {
    [this.herb, this.known] = [herb.id, name];
  }

  get empty() { return !this.name.value.trim() && !this.grams.value.trim(); }

  /** The line as the check reads it; an unknown herb goes along by its name, so that it is told. */
  get line() {
    const grams = this.grams.value.trim().replace('，', '.');
    return {
      herb: this.herb ?? '', name: this.name.value.trim(), grams: /^\d{1,5}(\.\d{1,4})?$/.test(grams) ? grams : '0', form: 'decoction',
      preparations: this.preparation.value ? [this.preparation.value] : [], processing: this.processing.value.trim(), role: this.role.value,
    };
  }
}
