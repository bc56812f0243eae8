// What a patient shows: the offer behind a one-time code, as src/tcmchain/encounters/client/offers.py.
import { toHex } from '../chain/bytes.mjs';
import { fromBase64, utf8ToBytes } from '../sealing/coding.mjs';
import { askAs } from '../consent/doors.mjs';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const NAME = utf8ToBytes('tcmchain.offer.1');
const ROUNDS = 200_000;

/** The eight letters of a code as it was typed, scanned or heard; `null` when it is none. */
export function readCode(typed) {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return letters.length === 8 && [...letters].every((letter) => ALPHABET.includes(letter)) ? letters : null;
}

async function stretched(code) {
  const raw = await crypto.subtle.importKey('raw', utf8ToBytes(code), 'PBKDF2', false, ['deriveBits']);
  const made = new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: NAME, iterations: ROUNDS }, raw, 384));
  const key = await crypto.subtle.importKey('raw', made.subarray(16), 'AES-GCM', false, ['decrypt']);
  return { name: toHex(made.subarray(0, 16)).slice(2), key };
}

/** Take the offer that waits under a code: `{patient, inbox, salt}`. It can be taken once. */
export async function takeOffer(account, code) {
  const { name, key } = await stretched(code);
  const { sealed } = await askAs(account, 'POST', `/api/encounters/offers/${name}/taking`);
  const bytes = fromBase64(sealed);
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.subarray(0, 12), additionalData: NAME }, key, bytes.subarray(12));
  return JSON.parse(new TextDecoder().decode(plain));
}
