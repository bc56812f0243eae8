// Bytes, hex, RLP and Keccak, as Ethereum writes them.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';

export const toHex = (bytes) => `0x${bytesToHex(bytes)}`;
export const toBytes = (hex) => hexToBytes(hex.length % 2 ? `0${hex.slice(2)}` : hex.slice(2));
export const keccak = (bytes) => keccak_256(bytes);
export const keccakHex = (bytes) => toHex(keccak_256(bytes));

/** A quantity as RLP takes it: big-endian without leading zeros, empty for zero. */
export function quantity(hex) {
  const digits = hex.replace(/^0x0*/, '');
  return digits ? toBytes(`0x${digits}`) : new Uint8Array(0);
}

function prefix(length, offset) {
  if (length < 56) return Uint8Array.of(offset + length);
  const size = quantity(`0x${length.toString(16)}`);
  return concatBytes(Uint8Array.of(offset + 55 + size.length), size);
}

/** RLP of bytes or of nested arrays of them. */
export function encode(item) {
  if (Array.isArray(item)) {
    const body = concatBytes(...item.map(encode));
    return concatBytes(prefix(body.length, 0xc0), body);
  }
  if (item.length === 1 && item[0] < 0x80) return item;
  return concatBytes(prefix(item.length, 0x80), item);
}

function span(bytes, at) {
  const first = bytes[at];
  if (first === undefined) throw new Error('RLP ends too early');
  if (first < 0x80) return [false, at, at + 1];
  const list = first >= 0xc0;
  const short = first - (list ? 0xc0 : 0x80);
  if (short < 56) return [list, at + 1, at + 1 + short];
  const size = short - 55;
  let length = 0;
  for (const byte of bytes.subarray(at + 1, at + 1 + size)) length = length * 256 + byte;
  return [list, at + 1 + size, at + 1 + size + length];
}

/** What RLP holds: bytes or nested arrays of them. */
export function decode(bytes) {
  const [list, start, end] = span(bytes, 0);
  if (end !== bytes.length) throw new Error('RLP has the wrong length');
  return list ? items(bytes.subarray(start, end)) : bytes.subarray(start, end);
}

function items(body) {
  const found = [];
  for (let at = 0; at < body.length; ) {
    const [list, start, end] = span(body, at);
    if (end > body.length) throw new Error('RLP ends too early');
    found.push(list ? items(body.subarray(start, end)) : body.subarray(start, end));
    at = end;
  }
  return found;
}
