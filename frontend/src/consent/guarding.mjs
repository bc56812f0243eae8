// Lost words and how guardians bring them back, as src/tcmchain/patients/client/guarding.py.
import { toBytes } from '../chain/bytes.mjs';
import { concatBytes, fromBase64, toBase64, utf8ToBytes } from '../sealing/coding.mjs';
import { sha256 } from '../sealing/digest.mjs';
import { combine, split } from '../sealing/shares.mjs';
import { plain } from '../wallet/vault.mjs';

const NONCE = 12;
const PADDED = 512;
const boundTo = (patient) => concatBytes(utf8ToBytes('tcmchain.backup.1'), toBytes(patient));
const aes = (key, use) => crypto.subtle.importKey('raw', key, 'AES-GCM', false, [use]);

/** Seal words and share the key out: `{backup, letters}`; any `needed` of `total` shares open them. */
export async function shareOut(words, patient, needed, total) {
  const [key, iv] = [crypto.getRandomValues(new Uint8Array(32)), crypto.getRandomValues(new Uint8Array(NONCE))];
  const raw = utf8ToBytes(JSON.stringify({ words: plain(words) }));
  const padded = new Uint8Array(Math.ceil(raw.length / PADDED) * PADDED).fill(32);
  padded.set(raw);
  const sealed = concatBytes(iv, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: boundTo(patient) }, await aes(key, 'encrypt'), padded)));
  const shares = needed === 1 ? Array(total).fill(key) : await split(key, needed, total);
  return { backup: sha256(sealed), letters: shares.map((share) => ({ kind: 'guardian-share', patient, share: toBase64(share), backup: toBase64(sealed) })) };
}

function* choices(list, size, from = 0) {
  if (!size) yield [];
  else for (let at = from; at <= list.length - size; at += 1) for (const rest of choices(list, size - 1, at + 1)) yield [list[at], ...rest];
}

/** Letters of one patient whose sealed words are those that stand on the chain, each share once. */
export function fitting(letters, patient, backup) {
  const found = new Map();
  for (const letter of letters) {
    if (letter.kind !== 'guardian-share' || letter.patient !== patient) continue;
    if (sha256(fromBase64(letter.backup)) === backup) found.set(letter.share, letter);
  }
  return [...found.values()];
}

/** The words out of enough shares, `null` when none of them fit together. */
export async function bringBack(letters, patient, { needed, backup }) {
  for (const some of choices(fitting(letters, patient, backup), needed)) {
    try {
      const parts = some.map((letter) => fromBase64(letter.share));
      const key = needed === 1 ? parts[0] : await combine(parts);
      const sealed = fromBase64(some[0].backup);
      const raw = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.subarray(0, NONCE), additionalData: boundTo(patient) }, await aes(key, 'decrypt'), sealed.subarray(NONCE));
      const words = plain(JSON.parse(new TextDecoder().decode(raw)).words);
      if (words) return words;
    } catch {
      // A false share among them; others may fit.
    }
  }
  return null;
}
