// Numbers and text as bytes.
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

export { concatBytes, utf8ToBytes };

/** Base64 with padding (RFC 4648 §4). */
export function toBase64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Bytes of base64 text; throws when it is none or is spelled in another way. */
export function fromBase64(text) {
  if (typeof text !== 'string') throw new Error('no base64');
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (toBase64(bytes) !== text) throw new Error('no base64');
  return bytes;
}

/** A whole number, big-endian, in `length` bytes. */
export function bigEndian(value, length) {
  const bytes = new Uint8Array(length);
  let left = BigInt(value);
  for (let at = length - 1; at >= 0; at -= 1, left >>= 8n) bytes[at] = Number(left & 0xffn);
  return bytes;
}

export function equal(left, right) {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at += 1) difference |= left[at] ^ right[at];
  return difference === 0;
}
