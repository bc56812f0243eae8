// What the patient's pages are made of: sentences, drawings and small parts, out of what the shell brought along.
import { element } from '../wallet/dialog.mjs';

const device = JSON.parse(document.querySelector('[data-device]').content.textContent);

export { element };
export const thresholds = device.thresholds;
export const english = document.documentElement.lang.startsWith('en');
const tongue = english ? 'en' : 'zh-CN';

/** A sentence, with `{name}` replaced. */
export const say = (name, values = {}) => (device.words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');

/** Whether there is a sentence of that name. */
export const known = (name) => name in device.words;

/** A drawing of the node's own set. */
export function icon(name, size = 20) {
  const frame = document.createElement('template');
  frame.innerHTML = device.icons[name] ?? device.icons['file-text'];
  const drawn = frame.content.firstElementChild;
  drawn.setAttribute('width', size);
  drawn.setAttribute('height', size);
  return drawn;
}

export const button = (sign, text, work, { ghost = true, small = false, ...more } = {}) => element('button', {
  class: `btn${ghost ? ' ghost' : ''}${small ? ' sm' : ''}`, type: 'button', onclick: work, ...more,
}, ...(sign ? [icon(sign, small ? 16 : 20)] : []), text);

export const link = (href, sign, text, { ghost = true, small = false } = {}) => element('a', { class: `btn${ghost ? ' ghost' : ''}${small ? ' sm' : ''}`, href }, icon(sign, small ? 16 : 20), text);

export const field = (label, control, hint = '') => element('label', { class: 'field' }, element('span', {}, label), control, ...(hint ? [element('small', { class: 'muted' }, hint)] : []));

export const choice = (name, pairs, chosen = '') => element('select', { name }, ...pairs.map(([value, text]) => element('option', { value, selected: value === chosen }, text)));

export const caution = (text, tone = '') => element('p', { class: `caution ${tone}` }, icon(tone === 'ok' ? 'info' : 'circle-alert'), element('span', {}, text));

/** A card with a heading; what stands right of it comes second. */
export function card(title, aside, ...content) {
  const head = element('div', { class: 'card-h' }, element('h2', {}, title), ...(aside ? [aside] : []));
  return element('section', { class: 'card', 'aria-label': title }, head, ...content.filter(Boolean));
}

export const pairs = (rows) => element('dl', { class: 'facts' }, ...rows.filter(Boolean).map(([term, ...told]) => element('div', {}, element('dt', {}, term), element('dd', {}, ...told))));

export const empty = (sign, title, text, ...ways) => element('section', { class: 'card empty-state' }, icon(sign, 48), element('h2', {}, title), element('p', { class: 'muted' }, text), element('p', { class: 'btns' }, ...ways));

/** How a relation of the person is called: by its own word or institution, else by its number. */
export const relationName = ({ called, number }) => called || say('relation-number', { n: number });

export const short = (hex) => `${hex.slice(0, 8)}…${hex.slice(-6)}`;

const MOMENT = new Intl.DateTimeFormat(tongue, { timeZone: 'Asia/Shanghai', dateStyle: 'medium', timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat(tongue, { timeZone: 'Asia/Shanghai', dateStyle: 'medium' });

/** A moment or day in ISO 8601, as people read it; text that is none stays as it is. */
export function when(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.valueOf())) return String(iso);
  return iso.length > 10 ? MOMENT.format(at) : DAY.format(at);
}
export const moment = (seconds) => MOMENT.format(new Date(seconds * 1000));

const UNITS = ['B', 'KiB', 'MiB', 'GiB'];

/** A count of bytes in a fitting unit. */
export function size(bytes) {
  const place = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** place).toLocaleString(tongue, { maximumFractionDigits: place ? 1 : 0 })} ${UNITS[place]}`;
}

export const number = (value) => value.toLocaleString(tongue, { maximumFractionDigits: 1 });

export const CATEGORIES = ['identity', 'disease', 'insurance', 'vitals', 'medication', 'imaging', 'sensitive', 'emergency'];

export const SIGNS = {
  encounter: 'stethoscope', vitals: 'heart-pulse', condition: 'clipboard-list', prescription: 'scroll-text', dispensing: 'package-open',
  'device-use': 'cpu', lab: 'flask-conical', imaging: 'microscope', document: 'file-text', profile: 'user', allergy: 'triangle-alert',
  medication: 'pill', note: 'pen',
};
