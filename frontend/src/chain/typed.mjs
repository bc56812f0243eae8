// EIP-712: the digest of a typed message.
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { keccak, toBytes } from './bytes.mjs';

const word = (value) => toBytes(`0x${BigInt(value).toString(16).padStart(64, '0')}`);

function encodeType(types, name) {
  return `${name}(${types[name].map((field) => `${field.type} ${field.name}`).join(',')})`;
}

function encodeValue(types, type, value) {
  if (type === 'string') return keccak(utf8ToBytes(value));
  if (type === 'bytes') return keccak(toBytes(value));
  if (type === 'bool') return word(value ? 1 : 0);
  if (type === 'address') return word(value);
  if (/^bytes\d+$/.test(type)) return concatBytes(toBytes(value), new Uint8Array(32)).subarray(0, 32);
  if (/^uint\d*$/.test(type)) return word(value);
  throw new Error(`no message here has the type ${type}`);
}

function hashStruct(types, name, message) {
  const parts = types[name].map((field) => encodeValue(types, field.type, message[field.name]));
  return keccak(concatBytes(keccak(utf8ToBytes(encodeType(types, name))), ...parts));
}

/** What is signed of a message as `eth_signTypedData_v4` takes it. */
export function digest({ types, primaryType, domain, message }) {
  const separator = hashStruct(types, 'EIP712Domain', domain);
  return keccak(concatBytes(Uint8Array.of(0x19, 0x01), separator, hashStruct(types, primaryType, message)));
}
