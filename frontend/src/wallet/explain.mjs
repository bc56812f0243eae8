// A call in words, out of its calldata alone: what is signed is what is shown.
import functions from 'contracts:functions';
import { readArguments, selector } from '../chain/abi.mjs';
import { toBytes } from '../chain/bytes.mjs';
import { say } from './words.mjs';

const BY_SELECTOR = new Map(Object.entries(functions).flatMap(([contract, list]) => (
  list.map((entry) => [`${contract}:${selector(entry)}`, entry])
)));
const OBSERVATIONS = ['field-work', 'inspection', 'storage'];
const REASONS = ['sampling', 'spoilage', 'loss'];
const POINTS = new Set(['fee', 'bond', 'bondRate', 'compensation', 'amount']);
const LENGTHS = new Set(['term', 'window']);
const MOMENTS = new Set(['happened', 'expires', 'notAfter', 'from']);
const LOTS = new Set(['lot', 'subject', 'seeds', 'lots']);
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What a call does: its name and rows of label and value; several for a call of calls. Throws on unknown calldata. */
export function explain(call) {
  const entry = BY_SELECTOR.get(`${call.contract}:${call.data.slice(0, 10)}`);
  if (!entry) throw new Error(`${call.contract} has no function ${call.data.slice(0, 10)}`);
  const given = readArguments(entry.inputs, call.data);
  if (entry.name === 'multicall') return given[0].value.flatMap((inner) => explain({ ...call, data: inner.value }));
  return [{ name: entry.name, title: say(`call-${entry.name}`), chain: call.chain, rows: given.flatMap((one) => rows(one, entry.name)) }];
}

function rows({ name, type, value }, inside) {
  if (name === 'facts') return facts(value);
  if (name === 'document') return formula(value);
  if (name === 'unitsRoot' || name === 'terms') return /^0x0+$/.test(value) ? [] : [row(name, value)];
  if (Array.isArray(value)) {
    if (type.endsWith('[]')) return value.flatMap((one, at) => nested(name, at, one));
    return value.flatMap((one) => rows(one, inside));
  }
  if (name === 'expires' && value === 0n) return [];
  return [row(name, text(name, value, type))];
}

function nested(name, at, one) {
  const told = Array.isArray(one.value)
    ? one.value.filter((part) => part.name !== 'sources' && (part.name !== 'expires' || part.value)).map((part) => text(part.name, part.value, part.type)).join(' · ')
    : text(name, one.value, one.type);
  return [{ label: `${say(`field-${name}`)} ${at + 1}`, value: told }];
}

const row = (name, value) => ({ label: say(`field-${name}`), value });

function text(name, value, type) {
  if (name === 'milligrams' || name === 'received') return mass(value);
  if (name === 'observation') return say(`observation-${OBSERVATIONS[Number(value)]}`);
  if (name === 'reason') return say(`reason-${REASONS[Number(value)]}`);
  if (LOTS.has(name)) return code(value);
  if (POINTS.has(name) && typeof value === 'bigint') return decimal(value, 1000n);
  if (LENGTHS.has(name)) return span(value);
  if (name === 'class') return say(`formula-class-${value}`);
  if (type === 'bool') return say(value ? 'yes' : 'no');
  if (MOMENTS.has(name) && typeof value === 'bigint') return moment(value);
  if (type === 'bytes32') return word(value);
  return String(value);
}

/** Milligrams as kg, g or mg, exactly. */
export function mass(value) {
  const [unit, factor] = value >= 1_000_000n ? ['kg', 1_000_000n] : value >= 1000n ? ['g', 1000n] : ['mg', 1n];
  return `${decimal(value, factor)} ${unit}`;
}

/** A count of parts as a decimal number of wholes, exactly. */
function decimal(value, factor) {
  const rest = String(value % factor).padStart(String(factor).length - 1, '0').replace(/0+$/, '');
  return `${value / factor}${rest ? `.${rest}` : ''}`;
}

function span(seconds) {
  const days = Number(seconds) / 86_400;
  return Number.isInteger(days) ? say('days', { n: days }) : say('seconds', { n: Number(seconds) });
}

const moment = (value) => (value ? new Date(Number(value) * 1000).toLocaleString(document.documentElement.lang, { timeZone: 'Asia/Shanghai', dateStyle: 'medium', timeStyle: 'short' }) : '—');

/** A lot's short code: the first 60 bits of its id. */
function code(id) {
  const bits = BigInt(`0x${id.slice(2, 17)}`);
  const letters = Array.from({ length: 12 }, (_, at) => ALPHABET[Number((bits >> BigInt(55 - 5 * at)) & 31n)]).join('');
  return letters.match(/.{4}/g).join('-');
}

function word(value) {
  const raw = toBytes(value);
  const end = raw.indexOf(0);
  const filled = end < 0 ? raw : raw.subarray(0, end);
  if (filled.length && raw.subarray(filled.length).every((byte) => byte === 0)) {
    try { return new TextDecoder('utf-8', { fatal: true }).decode(filled); } catch { /* no text */ }
  }
  return /^0x0+$/.test(value) ? '—' : `${value.slice(0, 10)}…${value.slice(-6)}`;
}

/** A formula in its own words: name and herbs. */
function formula(json) {
  let found;
  try { found = JSON.parse(json); } catch { return [row('document', json)]; }
  const herbs = (found.ingredients ?? []).map(({ name, words }) => `${name} ${words ?? ''}`.trim());
  return [row('document', `${found.name}（${say('formula-lines', { n: herbs.length })}）${herbs.join('、')}`)];
}

function facts(json) {
  let found;
  try { found = JSON.parse(json); } catch { return [row('facts', json)]; }
  return Object.entries(found).map(([key, value]) => ({
    label: say(`fact-${key}`),
    value: Array.isArray(value) ? value.map((one) => `${one.item} ${one.value}${one.unit ?? ''}`).join('；') : String(value),
  }));
}
