// Opening a patient's own files: the lock with the relation's keys, then the facts, then the body.
import { fromBase64 } from '../sealing/coding.mjs';
import { readBody, readEnvelope, readFacts, wholeBody } from '../sealing/envelope.mjs';
import { CATEGORIES } from '../sealing/keys.mjs';
import { openLock, readLock } from '../sealing/lock.mjs';
import { Place } from '../sealing/seal.mjs';
import { blocksAs } from './doors.mjs';

const rings = new WeakMap();

/** The secret keys of a relation by label and epoch, derived once. */
function ring(keys) {
  if (!rings.has(keys)) {
    const names = new Map(CATEGORIES.map((category) => [keys.label(category), category]));
    const made = new Map();
    rings.set(keys, (label, epoch) => {
      const category = names.get(label);
      if (!category) return undefined;
      const name = `${category} ${epoch}`;
      if (!made.has(name)) made.set(name, keys.categorySecret(category, epoch));
      return made.get(name);
    });
  }
  return rings.get(keys);
}

/** The category of a label in a relation; nothing for one of another relation. */
export const categoryOf = (keys, label) => CATEGORIES.find((category) => keys.label(category) === label);

/**
 * Open a version: `row` is its entry with `sealed`, the envelope in base64. `outside` are secrets of devices and
 * guardians that help to open it. Answers `{row, place, envelope, lock, dataKey, facts}`.
 */
export async function openVersion(relation, row, outside = []) {
  const place = new Place(relation.patient, row.file, row.version);
  const envelope = readEnvelope(fromBase64(row.sealed), place, { envelope: row.envelope, lock: row.lock });
  const lock = readLock(envelope.lock);
  const dataKey = await openLock(lock, { secretFor: ring(relation.keys), outside });
  return { relation, row, place, envelope, lock, dataKey, facts: await readFacts(envelope, dataKey, place, row.facts) };
}

/** The clear body of an opened version, in memory. */
export const bodyOf = ({ relation, envelope, facts, dataKey, place }) => (
  envelope.body === null ? new Uint8Array(0) : wholeBody(envelope, facts, dataKey, place, blocksAs(relation.keys.accountKey))
);

/** The clear body in pieces, for what is too large to hold. */
export const piecesOf = ({ relation, envelope, facts, dataKey, place }) => readBody(envelope, facts, dataKey, place, blocksAs(relation.keys.accountKey));
