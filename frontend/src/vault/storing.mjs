// Storing a file of one's own: sealed here, sent up in parts that can go on after a break, then committed to on the chain.
import { toHex } from '../chain/bytes.mjs';
import { FileCid } from '../sealing/cid.mjs';
import { toBase64, utf8ToBytes } from '../sealing/coding.mjs';
import { sha256, sha256OfBlob, vaultBodyKey, vaultTag } from '../sealing/digest.mjs';
import { buildEnvelope } from '../sealing/envelope.mjs';
import { makeLock } from '../sealing/lock.mjs';
import { Place, Sealing, VAULT_FROM, newDataKey, padFacts, sealFacts } from '../sealing/seal.mjs';
import { askAs, askRaw } from './doors.mjs';
import { sender } from './person.mjs';
import { sendFrom } from './sending.mjs';

const PART = 4 << 20;
const ZERO = `0x${'00'.repeat(32)}`;
const UPLOADS = '/api/records/uploads';
const TUS = { 'tus-resumable': '1.0.0' };

export const newFile = () => toHex(crypto.getRandomValues(new Uint8Array(32)));

/** The newest public key of a category in a relation; throws when there is none. */
export function categoryKey({ keys, facts }, category) {
  const label = keys.label(category);
  const epoch = Math.max(0, ...facts.keys.filter((key) => key.label === label).map((key) => key.epoch));
  if (!epoch) throw Object.assign(new Error(category), { sentence: 'no-category-key' });
  return { label, epoch, public: keys.categoryPublic(category, epoch) };
}

/** A sealed body on its way up; `run` goes on from wherever it stopped, `pause` stops it after the part underway. */
export class Upload {
  #sealing;
  #key;
  #cid = new FileCid();
  #hashed = 0;

  constructor({ relation, sealing, tag }, told = () => {}) {
    this.#key = relation.keys.accountKey;
    this.#sealing = sealing;
    this.told = told;
    this.metadata = [['patient', relation.patient], ...(tag ? [['tag', tag]] : [])].map(([name, value]) => `${name} ${toBase64(utf8ToBytes(value))}`).join(',');
    this.place = null;
    this.body = null;
    this.paused = false;
  }

  pause() {
    this.paused = true;
  }

  /** The CID of the body when all of it is there, `null` when it was paused; throws when the way broke. */
  async run() {
    this.paused = false;
    let offset = await this.#offset();
    if (this.place === null) return this.body;
    while (offset < this.#sealing.size) {
      if (this.paused) return null;
      offset = await this.#part(offset);
    }
    return this.#finish();
  }

  // A vault that has an equal body already answers its address, and nothing is sent.
  async #offset() {
    if (this.place === null) {
      const opened = await askRaw(this.#key, 'POST', UPLOADS, new Uint8Array(0), { ...TUS, 'upload-length': String(this.#sealing.size), 'upload-metadata': this.metadata });
      const { upload, offset, body } = await opened.json();
      this.body = body;
      this.place = upload && `${UPLOADS}/${upload}`;
      if (!upload) this.told(this.#sealing.size, this.#sealing.size);
      return offset;
    }
    const stands = await askRaw(this.#key, 'HEAD', this.place, undefined, TUS);
    return Number(stands.headers.get('upload-offset'));
  }

  async #part(offset) {
    const [pieces, end] = [[], Math.min(offset + PART, this.#sealing.size)];
    let length = 0;
    for await (const piece of this.#sealing.from(offset)) {
      const taken = piece.subarray(0, end - offset - length);
      pieces.push(taken);
      length += taken.length;
      if (offset + length >= end) break;
    }
    const part = new Uint8Array(await new Blob(pieces).arrayBuffer());
    const answer = await askRaw(this.#key, 'PATCH', this.place, part, {
      ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset),
    });
    await this.#hash(offset, part);
    this.body = answer.headers.get('x-tcmchain-body') ?? this.body;
    const next = Number(answer.headers.get('upload-offset') ?? offset + part.length);
    this.told(next, this.#sealing.size);
    return next;
  }

  async #hash(offset, part) {
    if (offset + part.length <= this.#hashed) return;
    await this.#cid.update(part.subarray(this.#hashed - offset));
    this.#hashed = offset + part.length;
  }

  // What the node stored must be what was sealed here: its address is computed on both sides.
  async #finish() {
    const own = await this.#cid.finish();
    if (this.body && this.body !== own) throw Object.assign(new Error(this.body), { sentence: 'other-body' });
    return own;
  }
}

/**
 * What a new version of a file is made of: `draft` is `{type, title, happened, category, media, summary}`, `blob` its
 * body; `locks` `{needed, categories, outside, emergency}` say which keys open it.
 */
export async function prepare(relation, blob, draft, locks, { file = newFile(), version = 1 } = {}) {
  const place = new Place(relation.patient, file, version);
  const dataKey = newDataKey();
  const digest = await sha256OfBlob(blob);
  const inVault = blob.size > VAULT_FROM;
  const bodyKey = inVault ? vaultBodyKey(relation.keys.vaultKey, digest) : dataKey;
  const sealing = new Sealing(blob, bodyKey, inVault ? place.vaultContext : place.bodyContext);
  const facts = {
    ...draft, size: blob.size, sha256: toHex(digest).slice(2), author: { account: relation.patient, member: null, name: '' },
    encounter: null, selfSupplied: true, salt: toHex(crypto.getRandomValues(new Uint8Array(32))).slice(2),
    ...(inVault ? { bodyKey: toBase64(bodyKey) } : {}),
  };
  const lock = await makeLock(dataKey, locks.needed, locks.categories.map((category) => categoryKey(relation, category)), locks.outside ?? [], locks.emergency ?? [], place.bound);
  return { relation, place, dataKey, facts, lock, sealing, ...(inVault ? { bound: 'vault', tag: vaultTag(relation.keys.vaultKey, digest) } : { bound: 'file' }) };
}

/** Seal the facts, store the envelope, and append the version to the folder on the chain. */
export async function commit({ relation, place, dataKey, facts, lock, sealing, bound }, body, told) {
  const padded = padFacts(utf8ToBytes(JSON.stringify(facts)));
  const envelope = buildEnvelope(place, { lock, facts: await sealFacts(padded, dataKey, place), body, size: sealing.size, bound });
  const committed = sha256(padded);
  await askAs(relation.keys.accountKey, 'POST', '/api/records/append', { envelope: toBase64(envelope.bytes), facts: committed });
  const entry = { patient: place.patient, file: place.file, version: place.version, envelope: envelope.hash, lock: envelope.lockHash, facts: committed };
  await sendFrom(sender(relation), [{ contract: 'Records', name: 'append', args: [entry, ZERO, ZERO] }], told);
  return place.file;
}

/** Leave a tombstone in place of a file. */
export const erase = (relation, file, told) => sendFrom(sender(relation), [{ contract: 'Records', name: 'erase', args: [relation.patient, file] }], told);
