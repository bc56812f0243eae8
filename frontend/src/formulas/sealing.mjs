// Doses of a folk formula, sealed here for the desks of caring members, as src/tcmchain/formulas/client/sealing.py does.
import { toBytes, toHex } from '../chain/bytes.mjs';
import { concatBytes, toBase64, utf8ToBytes } from '../sealing/coding.mjs';
import { USES, sealLetter } from '../sealing/letters.mjs';

const SCHEMA = 'tcmchain.doses.1';
const PADDED_TO = 512;
const MOST_KEYS = 200;

/** SHA-256 as 0x hex. */
export const sha256 = async (bytes) => toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

function padded(text) {
  const raw = utf8ToBytes(text);
  const bytes = new Uint8Array(Math.ceil(raw.length / PADDED_TO) * PADDED_TO).fill(0x20);
  bytes.set(raw);
  return bytes;
}

/** The block of a card's doses; `desks` are accounts with their inbox keys as 0x hex. */
export async function sealDoses(doses, author, content, desks) {
  const where = concatBytes(toBytes(author), toBytes(content));
  const [key, nonce] = [32, 12].map((length) => crypto.getRandomValues(new Uint8Array(length)));
  const cipher = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  const additionalData = concatBytes(utf8ToBytes(SCHEMA), where);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData }, cipher, padded(doses)));
  const keys = [];
  for (const { account, inbox } of desks.slice(0, MOST_KEYS)) {
    keys.push({ account, sealed: toBase64(await sealLetter(toBytes(inbox), key, USES.doses, where)) });
  }
  keys.sort((one, other) => (one.account < other.account ? -1 : 1));
  return utf8ToBytes(JSON.stringify({ keys, nonce: toBase64(nonce), schema: SCHEMA, sealed: toBase64(sealed) }));
}
