// Calldata, written here: what a patient signs is made on the patient's device. https://docs.soliditylang.org/en/latest/abi-spec.html
import functions from 'contracts:functions';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { isDynamic, selector } from './abi.mjs';
import { toBytes, toHex } from './bytes.mjs';

const word = (number) => toBytes(`0x${(BigInt(number) & ((1n << 256n) - 1n)).toString(16).padStart(64, '0')}`);
const filled = (bytes) => concatBytes(bytes, new Uint8Array((32 - (bytes.length % 32)) % 32));
const raw = (value) => (typeof value === 'string' ? toBytes(value) : value);

/** A call's data as hex; arguments in ABI order: hex or bytes, numbers, text, arrays, structs as arrays or by name. */
export function calldata(contract, name, given) {
  const entry = functions[contract]?.find((one) => one.name === name && one.inputs.length === given.length);
  if (!entry) throw new Error(`${contract} has no function ${name} of ${given.length}`);
  return selector(entry) + toHex(tuple(entry.inputs, given)).slice(2);
}

/** Values in the contract ABI, as `abi.encode` gives them. */
export const encodeValues = (types, given) => tuple(types.map((type) => ({ type })), given);

function tuple(parts, given) {
  const values = Array.isArray(given) ? given : parts.map(({ name }) => given[name]);
  const bodies = parts.map((part, at) => value(part, values[at]));
  let tail = bodies.reduce((sum, body, at) => sum + (isDynamic(parts[at]) ? 32 : body.length), 0);
  const heads = bodies.map((body, at) => {
    if (!isDynamic(parts[at])) return body;
    tail += body.length;
    return word(tail - body.length);
  });
  return concatBytes(...heads, ...bodies.filter((_, at) => isDynamic(parts[at])));
}

function value(part, given) {
  const { type, components } = part;
  if (given === undefined || given === null) throw new Error(`no value for ${part.name ?? type}`);
  if (type.endsWith('[]')) {
    const item = { ...part, type: type.slice(0, -2) };
    return concatBytes(word(given.length), tuple(given.map(() => item), given));
  }
  if (components) return tuple(components, given);
  if (type === 'string') return concatBytes(word(utf8ToBytes(given).length), filled(utf8ToBytes(given)));
  if (type === 'bytes') return concatBytes(word(raw(given).length), filled(raw(given)));
  if (type === 'bool') return word(given ? 1 : 0);
  if (/^bytes\d+$/.test(type)) return fixed(type, raw(given));
  if (type === 'address' || /^u?int\d*$/.test(type)) return word(given);
  throw new Error(`nothing here writes ${type}`);
}

function fixed(type, bytes) {
  if (bytes.length !== Number(type.slice(5))) throw new Error(`${type} of ${bytes.length} bytes`);
  return filled(bytes);
}
