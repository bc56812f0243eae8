// The codes of a unit, and the one-time key that the hidden one yields; the same as units/model/codes.py.
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's Base32
const MISREAD = { O: '0', I: '1', L: '1' };

function read(text, length) {
  const plain = text.toUpperCase().replace(/[\s\-–—]/g, '').replace(/[OIL]/g, (letter) => MISREAD[letter]);
  return plain.length === length && [...plain].every((letter) => ALPHABET.includes(letter)) ? plain : null;
}

/** A hidden code in its one spelling, `null` when it is none. */
export const readHidden = (text) => read(text, 16);

/** A serial of twelve characters as a number. */
export const serialNumber = (serial) => [...serial].reduce((number, letter) => number * 32n + BigInt(ALPHABET.indexOf(letter)), 0n);

/** The unit's private key: HKDF-SHA-256 over the hidden code (RFC 5869). */
export const keyOf = (hidden, { gtin, number, serial }) => hkdf(sha256, utf8ToBytes(hidden), utf8ToBytes('tcmchain unit key'), utf8ToBytes(`${gtin}/${number}/${serial}`), 32);
