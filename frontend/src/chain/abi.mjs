// Values in the contract ABI, read out of calldata and logs. https://docs.soliditylang.org/en/latest/abi-spec.html
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { keccakHex, toBytes, toHex } from './bytes.mjs';

export const canonical = ({ type, components }) => (
  components ? `(${components.map(canonical).join(',')})${type.slice(5)}` : type
);
const signature = ({ name, inputs }) => keccakHex(utf8ToBytes(`${name}(${inputs.map(canonical).join(',')})`));
export const selector = (entry) => signature(entry).slice(0, 10);
export const topic = (entry) => signature(entry);

const isArray = (part) => part.type.endsWith('[]');
const item = (part) => ({ ...part, type: part.type.slice(0, -2) });
export const isDynamic = (part) => isArray(part) || ['string', 'bytes'].includes(part.type) || Boolean(part.components?.some(isDynamic));
const width = (part) => (part.components && !isDynamic(part) ? part.components.reduce((sum, one) => sum + width(one), 0) : 32);

function word(data, at) {
  if (at + 32 > data.length) throw new Error('data end too early');
  return data.subarray(at, at + 32);
}
const number = (data, at) => BigInt(toHex(word(data, at)));

/** The arguments of a call as `{name, type, value}`; structs and arrays hold lists of the same. */
export function readArguments(inputs, calldata) {
  return tuple(inputs, toBytes(calldata).subarray(4), 0);
}

/** The arguments of an event's log, by name; structs and arrays as lists of plain values. */
export function readLog(inputs, { topics, data }) {
  const [indexed, rest] = [inputs.filter((part) => part.indexed), inputs.filter((part) => !part.indexed)];
  const found = [...indexed.map((part, at) => tuple([part], toBytes(topics[at + 1]), 0)[0]), ...tuple(rest, toBytes(data), 0)];
  return Object.fromEntries(found.map((part) => [part.name, plain(part.value)]));
}

const plain = (found) => (Array.isArray(found) ? found.map((part) => plain(part.value)) : found);

function tuple(parts, data, base) {
  let at = base;
  return parts.map((part) => {
    const place = isDynamic(part) ? base + Number(number(data, at)) : at;
    at += width(part);
    return { name: part.name, type: canonical(part), value: value(part, data, place) };
  });
}

function value(part, data, at) {
  if (isArray(part)) {
    const count = Number(number(data, at));
    if (count > 10_000) throw new Error('data state too many items');
    return tuple(Array.from({ length: count }, () => item(part)), data, at + 32);
  }
  if (part.components) return tuple(part.components, data, at);
  if (part.type === 'string' || part.type === 'bytes') {
    const length = Number(number(data, at));
    const raw = data.subarray(at + 32, at + 32 + length);
    if (raw.length !== length) throw new Error('data end too early');
    return part.type === 'string' ? new TextDecoder().decode(raw) : toHex(raw);
  }
  if (part.type === 'address') return toHex(word(data, at).subarray(12));
  if (part.type === 'bool') return number(data, at) === 1n;
  return part.type.startsWith('bytes') ? toHex(word(data, at)) : number(data, at);
}
