// The envelope of a file's version: one raw block with the lock, the sealed facts, and where the sealed body is.
import { toBytes } from '../chain/bytes.mjs';
import { cidOfDigest, readFile } from './cid.mjs';
import { concatBytes, equal, fromBase64, toBase64, utf8ToBytes } from './coding.mjs';
import { sha256 } from './digest.mjs';
import { refusal } from './errors.mjs';
import { openFacts, openStream } from './seal.mjs';

const SCHEMA = 'tcmchain.envelope.1';

/** Build an envelope: `{bytes, hash, lockHash, cid}`, of which the chain takes the hashes. */
export function buildEnvelope(place, { lock, facts, body, size, bound }) {
  const { patient, file, version } = place;
  const bytes = utf8ToBytes(JSON.stringify({
    schema: SCHEMA, patient, file, version, lock: toBase64(lock), facts: toBase64(facts), body: body ?? null, size: body ? size : 0, bound,
  }));
  const hash = sha256(bytes);
  return { bytes, hash, lockHash: sha256(lock), cid: cidOfDigest(toBytes(hash)) };
}

/** Read an envelope that must be for a place and have the hashes that the chain says; throws when it is not. */
export function readEnvelope(bytes, place, { envelope, lock } = {}) {
  if (envelope && sha256(bytes) !== envelope) throw refusal('envelope-unfit', { reason: 'hash' });
  let found;
  try {
    found = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    found = { ...found, lock: fromBase64(found.lock), facts: fromBase64(found.facts) };
  } catch {
    throw refusal('envelope-unfit', { reason: 'shape' });
  }
  if (found.schema !== SCHEMA || !['file', 'vault'].includes(found.bound)) throw refusal('envelope-unfit', { reason: 'shape' });
  const placed = ['patient', 'file', 'version'].every((name) => found[name] === place[name]);
  if (!placed) throw refusal('envelope-unfit', { reason: 'place' });
  if (lock && sha256(found.lock) !== lock) throw refusal('envelope-unfit', { reason: 'lock' });
  return found;
}

/** The facts of an envelope; `commitment` is what the chain says of them. */
export async function readFacts(envelope, dataKey, place, commitment) {
  const padded = await openFacts(envelope.facts, dataKey, place);
  if (commitment && sha256(padded) !== commitment) throw refusal('envelope-unfit', { reason: 'facts' });
  return JSON.parse(new TextDecoder().decode(padded));
}

/** The body's plaintext, piece by piece: every block checked against its CID, every chunk against the seal. */
export async function* readBody(envelope, facts, dataKey, place, getBlock) {
  if (envelope.body === null) return;
  const [key, context] = envelope.bound === 'vault'
    ? [fromBase64(facts.bodyKey), place.vaultContext] : [dataKey, place.bodyContext];
  yield* openStream(readFile(envelope.body, getBlock), key, context);
}

/** The whole body in memory, checked against the digest that the facts tell. */
export async function wholeBody(envelope, facts, dataKey, place, getBlock) {
  const pieces = [];
  for await (const piece of readBody(envelope, facts, dataKey, place, getBlock)) pieces.push(piece);
  const body = concatBytes(...pieces);
  // The browser's own digest: a mebibyte takes a script thirty milliseconds.
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  if (!equal(digest, toBytes(facts.sha256.startsWith('0x') ? facts.sha256 : `0x${facts.sha256}`))) {
    throw refusal('envelope-unfit', { reason: 'body' });
  }
  return body;
}
