// Lines over time, drawn as SVG: one or two series, a band of ordinary values, the newest value told.
import { element, number, say, when } from './surface.mjs';

const [WIDE, HIGH, LEFT, RIGHT, TOP, FOOT] = [640, 220, 44, 16, 14, 28];
const SVG = 'http://www.w3.org/2000/svg';
const TICKS = 4;

function drawn(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Round steps of 1, 2 or 5 that cover a range. */
function ticks(low, high) {
  const rough = (high - low) / TICKS || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const first = Math.floor(low / step) * step;
  const found = [];
  for (let at = first; found.length < 2 || at < high + step; at += step) found.push(Math.round(at * 1000) / 1000);
  return found;
}

/**
 * A chart of series `[{name, points: [{at, value}]}]` (moments in milliseconds), with the values in a table below.
 * `band` is `[least, most]` of what is ordinary, or `null`.
 */
export function chart(title, unit, series, band = null) {
  const all = series.flatMap((one) => one.points);
  const [from, to] = [Math.min(...all.map((point) => point.at)), Math.max(...all.map((point) => point.at))];
  const values = [...all.map((point) => point.value), ...(band ?? [])];
  const marks = ticks(Math.min(...values), Math.max(...values));
  const x = (at) => (to === from ? (LEFT + WIDE - RIGHT) / 2 : LEFT + ((at - from) / (to - from)) * (WIDE - LEFT - RIGHT));
  const y = (value) => HIGH - FOOT - ((value - marks[0]) / (marks.at(-1) - marks[0])) * (HIGH - FOOT - TOP);
  const parts = [
    ...(band ? [drawn('rect', { class: 'band', x: LEFT, width: WIDE - LEFT - RIGHT, y: y(band[1]), height: y(band[0]) - y(band[1]) })] : []),
    ...marks.flatMap((mark) => [
      drawn('line', { class: 'grid', x1: LEFT, x2: WIDE - RIGHT, y1: y(mark), y2: y(mark) }),
      drawn('text', { x: LEFT - 8, y: y(mark) + 4, 'text-anchor': 'end' }, number(mark)),
    ]),
    ...series.flatMap((one, at) => line(one.points, x, y, at)),
    drawn('text', { x: LEFT, y: HIGH - 6 }, day(from)),
    ...(to === from ? [] : [drawn('text', { x: WIDE - RIGHT, y: HIGH - 6, 'text-anchor': 'end' }, day(to))]),
  ];
  const told = series.map((one) => `${one.name} ${number(one.points.at(-1).value)} ${unit}`).join(', ');
  const picture = drawn('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'img', 'aria-label': `${title}: ${told}` }, ...parts);
  return element('figure', { class: 'chart' },
    element('figcaption', {}, element('strong', {}, title), ...series.map((one, at) => element('span', { class: `series s${at}` }, `${one.name} ${number(one.points.at(-1).value)}`)), element('span', { class: 'muted' }, unit)),
    picture, table(series, unit));
}

const day = (at) => when(new Date(at + 8 * 3_600_000).toISOString().slice(0, 10));

function line(points, x, y, at) {
  const path = points.map((point, place) => `${place ? 'L' : 'M'}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`).join('');
  return [
    drawn('path', { class: `line s${at}`, d: path }),
    ...points.map((point) => drawn('circle', { class: `dot s${at}${point.tone ? ` ${point.tone}` : ''}`, cx: x(point.at).toFixed(1), cy: y(point.value).toFixed(1), r: 3.5 })),
  ];
}

function table(series, unit) {
  const moments = [...new Set(series.flatMap((one) => one.points.map((point) => point.at)))].sort((a, b) => b - a);
  const cells = (at) => series.map((one) => element('td', { class: 'r num' }, number(one.points.find((point) => point.at === at)?.value ?? NaN).replace('NaN', '—')));
  return element('details', { class: 'values' }, element('summary', {}, say('values')),
    element('div', { class: 'scroll', tabindex: '0' }, element('table', { class: 'data' },
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, say('measured-at')), ...series.map((one) => element('th', { scope: 'col', class: 'r' }, `${one.name} (${unit})`)))),
      element('tbody', {}, ...moments.map((at) => element('tr', {}, element('td', {}, when(new Date(at).toISOString())), ...cells(at)))))));
}
