// A line of the timeline.
import { SIGNS, element, english, icon, known, number, say, short } from './surface.mjs';

export const UNITS = {
  height_cm: 'cm', weight_kg: 'kg', systolic: 'mmHg', diastolic: 'mmHg', pulse: '/min', temperature_c: '℃', spo2: '%', glucose_mmol_l: 'mmol/L', bmi: 'kg/m²',
};

/** Where one file is shown; what stands behind the sign # stays on this device. */
export const fileLink = (item) => `/records/file#${item.relation.number}/${item.row.file}`;

/** Small values of a summary in words; what has no word here is left to the file itself. */
export function told(summary = {}) {
  return Object.entries(summary).flatMap(([name, value]) => {
    if (name in UNITS && typeof value === 'number') return [`${say(`measure-${name}`)} ${number(value)} ${UNITS[name]}`];
    if (!known(`summary-${name}`) || value === null || value === '') return [];
    if (name === 'sex') return known(`gender-${value}`) ? [`${say('summary-sex')} ${say(`gender-${value}`)}`] : [];
    return [`${say(`summary-${name}`)} ${Array.isArray(value) ? value.map(plain).join(english ? ', ' : '、') : plain(value)}`];
  });
}

const plain = (value) => (value && typeof value === 'object' ? Object.values(value).filter((one) => typeof one !== 'object').join(' ') : String(value));

/** Who wrote a file, as its facts and the chain say. */
export function author({ row, facts }, names) {
  if (row.member === null) return say('self-supplied');
  return [...new Set([names.get(row.member) ?? short(row.member), facts?.author?.name])].filter(Boolean).join(' · ');
}

const byline = (...parts) => [...new Set(parts.join(' · ').split(' · '))].join(' · ');

export function row(item, relationName, names) {
  const { facts, state, row: entry } = item;
  const dated = element('time', { datetime: item.when }, ...day(item.when));
  if (state !== 'open') {
    const sign = { erased: 'trash-2', shut: 'lock', broken: 'shield-x', missing: 'circle-alert' }[state];
    return element('li', { class: `folder-line ${state}` }, dated, element('span', { class: 'dot' }, icon(sign)),
      element('div', { class: 'grow' }, element('strong', {}, state === 'erased' ? say('state-erased') : element('a', { href: fileLink(item) }, say(`state-${state}`))),
        element('p', { class: 'muted tiny' }, byline(relationName, author(item, names)))));
  }
  const type = known(`type-${facts.type}`) ? say(`type-${facts.type}`) : facts.type;
  return element('li', { class: 'folder-line' }, dated, element('span', { class: 'dot' }, icon(SIGNS[facts.type] ?? 'file-text')),
    element('div', { class: 'grow' },
      element('a', { class: 'title', href: fileLink(item) }, facts.title || type),
      element('p', { class: 'muted tiny' }, byline(relationName, author(item, names))),
      element('p', { class: 'tags' }, element('span', { class: 'tag' }, type), element('span', { class: 'tag plain' }, say(`category-${facts.category}`)),
        ...(entry.version > 1 ? [element('span', { class: 'tag plain' }, say('version', { n: entry.version }))] : []),
        ...told(facts.summary).slice(0, 4).map((text) => element('span', { class: 'value' }, text)))));
}

const BEIJING = 8 * 3_600_000;

function day(iso) {
  const at = new Date(iso).valueOf();
  if (Number.isNaN(at)) return [element('small', {}, iso)];
  const local = new Date(at + BEIJING).toISOString();
  return [element('b', {}, local.slice(8, 10)), element('small', {}, local.slice(0, 7))];
}
