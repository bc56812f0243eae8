// Following a formula: search by name or symptom, choose a version's doses, multiply them.
import { ask } from '../chain/doors.mjs';
import { button, el, field, text } from './surface.mjs';

const PAUSE = 200;

/** A search that calls `chosen({id, version, times})`. */
export class FormulaSearch {
  constructor(chosen) {
    this.chosen = chosen;
    this.input = el('input', { type: 'search', name: 'formula', autocomplete: 'off', maxlength: '100', placeholder: text('formula-hint') });
    this.times = el('input', { name: 'times-of', inputmode: 'decimal', maxlength: '5', value: '1', 'aria-label': text('multiplier') });
    this.results = el('ul', { class: 'formula-hits', 'aria-live': 'polite' });
    this.input.addEventListener('input', (event) => {
      event.stopPropagation();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), PAUSE);
    });
    // Enter looks for a formula and signs nothing.
    this.input.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });
    this.node = el('div', { class: 'stack' }, el('div', { class: 'grid' }, field(text('from-formula'), this.input), field(text('multiplier'), this.times, text('multiplier-note'))), this.results);
  }

  async search() {
    const typed = this.input.value.trim();
    if (!typed) return this.results.replaceChildren();
    const { hits } = await ask('GET', `/api/formulas/search?q=${encodeURIComponent(typed)}&limit=6`);
    if (this.input.value.trim() === typed) this.results.replaceChildren(...(hits.length ? hits.map((hit) => this.row(hit)) : [el('li', { class: 'muted' }, text('no-formula'))]));
    return undefined;
  }

  row(hit) {
    const take = () => {
      this.results.replaceChildren();
      this.chosen({ id: hit.formula, version: hit.version, times: Number(this.times.value) || 1 });
    };
    return el('li', {}, el('div', { class: 'grow' }, el('strong', {}, hit.name), ' ', el('span', { class: 'tag plain' }, text(`class-${hit.class}`)), el('p', { class: 'muted tiny' }, hit.herbs.map(({ zh }) => zh).join(' '), hit.book ? ` · ${hit.book}` : '')),
      button(text('choose'), take, { small: true, ghost: false }));
  }
}

/** Half of a gram is as fine as a sheet is written. */
const rounded = (grams) => String(grams < 1 ? Math.round(grams * 100) / 100 : Math.round(grams * 2) / 2);

/** A dose in grams from what the formula says a day: the middle of the range; empty where nobody can compute it. */
function gramsOf({ grams_a_day: day, grams }, times) {
  const range = day ?? grams;
  return range ? rounded(((Number(range.low) + Number(range.high)) / 2) * times) : '';
}

/** Put a formula's lines into the sheet; answers `{id, version, name}`. Throws when nobody may dispense it yet. */
export async function addFormula(writer, { id, version, times = 1 }) {
  const found = await ask('GET', version ? `/api/formulas/${id}/versions/${version}` : `/api/formulas/${id}`);
  if (!found.version.dispensable) throw Object.assign(new Error(), { sentence: 'formula-unsigned' });
  for (const line of [...writer.lines]) if (line.empty) { line.node.remove(); writer.lines.splice(writer.lines.indexOf(line), 1); }
  for (const one of found.document?.ingredients ?? []) {
    const line = writer.add({ herb: one.herb, name: one.zh, grams: gramsOf(one, times), role: one.role ?? '', preparation: one.preparation ?? '', processing: one.processing.join('') });
    if (!line.grams.value) line.says.append(text('grams-unknown', { words: one.words ?? '' }));
  }
  return { id, version: found.version.number, name: found.formula.name };
}
