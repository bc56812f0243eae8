// What only the patient's device knows: which relation is with whom, for which person; sealed, on this device only.
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** By wallet: one that is opened on the same device does not write over another's. */
const placeOf = (vaultKey) => `tcmchain-notes-${bytesToHex(hmac(sha256, vaultKey, utf8ToBytes('notes-place'))).slice(0, 16)}`;

const key = (vaultKey) => crypto.subtle.importKey('raw', hmac(sha256, vaultKey, utf8ToBytes('notes')), 'AES-GCM', false, ['encrypt', 'decrypt']);
const base64 = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''));
const unbase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** The notes of the wallet that owns the key, `{}` when there are none. */
export async function readNotes(vaultKey) {
  try {
    const { iv, data } = JSON.parse(localStorage.getItem(placeOf(vaultKey)));
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: unbase64(iv) }, await key(vaultKey), unbase64(data));
    return JSON.parse(new TextDecoder().decode(opened));
  } catch {
    return {};
  }
}

export async function writeNotes(vaultKey, notes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key(vaultKey), utf8ToBytes(JSON.stringify(notes)));
  localStorage.setItem(placeOf(vaultKey), JSON.stringify({ iv: base64(iv), data: base64(data) }));
}
