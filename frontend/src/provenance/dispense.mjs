// <dispense-code>: a random code for the patient, or that of a visit in the address; the ledger gets only its SHA-256.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's Base32
const LETTERS = 26; // 130 bits

/** A fresh code, in groups of five. */
export function freshCode(random = crypto.getRandomValues(new Uint8Array(LETTERS))) {
  const letters = [...random].map((byte) => ALPHABET[byte & 31]).join('');
  return letters.match(/.{1,5}/g).join('-');
}

/** The code of a visit in an address, under which the dispensing is recorded by itself. */
export const visitCode = (hash) => /^#visit=([0-9A-Z]{5}(?:-[0-9A-Z]{1,5}){5})$/.exec(hash)?.[1] ?? null;

/** What the ledger gets of a code. */
export const commitment = (code) => `0x${bytesToHex(sha256(utf8ToBytes(code)))}`;

class DispenseCode extends HTMLElement {
  connectedCallback() {
    const code = visitCode(location.hash) ?? freshCode();
    this.querySelector('output').textContent = code;
    this.querySelector('[name=commitment]').value = commitment(code);
  }
}

customElements.define('dispense-code', DispenseCode);
