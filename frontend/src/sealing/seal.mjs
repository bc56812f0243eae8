// Bodies and facts of files, sealed as src/tcmchain/crypto/seal.py does: padded, then C2SP chunked encryption
// (Cobblestone-256, https://c2sp.org/chunked-encryption) over WebCrypto, in bounded memory.
import { expand, hkdf } from '@noble/hashes/hkdf.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { toBytes } from '../chain/bytes.mjs';
import { bigEndian, concatBytes, equal, utf8ToBytes } from './coding.mjs';
import { refusal } from './errors.mjs';

export const CHUNK = 16 * 1024;
export const VAULT_FROM = 256 * 1024;
const SMALLEST = 1024;
const FACTS_STEP = 256;
const LENGTH = 8;
const SALT = 24;
const PREFIX = SALT + 32;
const TAG = 16;
const NONCE = 12;
const AT_ONCE = 64;
const INFO = utf8ToBytes('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0');

/** 32 fresh random bytes. */
export const newDataKey = () => crypto.getRandomValues(new Uint8Array(32));

/** Where a file belongs: what is sealed for one place opens in no other. */
export class Place {
  constructor(patient, file, version) {
    Object.assign(this, { patient, file, version });
  }

  get bound() { return concatBytes(toBytes(this.patient), toBytes(this.file), bigEndian(this.version, 4)); }
  get bodyContext() { return concatBytes(utf8ToBytes('tcmchain.file.1'), this.bound); }
  get vaultContext() { return concatBytes(utf8ToBytes('tcmchain.body.1'), toBytes(this.patient)); }
}

/** How long a body is before sealing: Padmé (PoPETs 2019/4, §4) over eight bytes of length and the body. */
export function paddedSize(size) {
  const length = Math.max(size + LENGTH, SMALLEST);
  const exponent = BigInt(length).toString(2).length - 1;
  const step = 2 ** (exponent - exponent.toString(2).length);
  return Math.ceil(length / step) * step;
}

export function sealedSize(size) {
  const padded = paddedSize(size);
  return PREFIX + padded + (Math.floor(padded / CHUNK) + 1) * TAG;
}

async function cipherOf(key, salt, context, use) {
  if (key.length !== 32) throw refusal('key-unfit', { kind: 'AES-256' });
  // HMAC fills its key up with zeros; done here, it lets the library take the shorter key that the standard has.
  const filled = concatBytes(key, new Uint8Array(64 - key.length));
  const made = expand(sha512, filled, concatBytes(INFO, salt, context), 32 + NONCE + 32);
  const secret = await crypto.subtle.importKey('raw', made.subarray(0, 32), 'AES-GCM', false, [use]);
  return { secret, base: made.subarray(32, 32 + NONCE), commitment: made.subarray(32 + NONCE) };
}

function nonceOf(base, number) {
  const nonce = base.slice();
  const counter = bigEndian(number, 5);
  for (let at = 0; at < 5; at += 1) nonce[NONCE - 5 + at] ^= counter[at];
  return nonce;
}

/** The seal of one blob; it can be read more than once and from any place, so a broken upload goes on where it broke. */
export class Sealing {
  #salt = crypto.getRandomValues(new Uint8Array(SALT));
  #blob;
  #key;
  #context;

  constructor(blob, key, context) {
    this.#blob = blob;
    this.#key = key;
    this.#context = context;
    this.padded = paddedSize(blob.size);
    this.size = sealedSize(blob.size);
  }

  async #plain(start, end) {
    const piece = new Uint8Array(end - start);
    if (start < LENGTH) piece.set(bigEndian(this.#blob.size, LENGTH).subarray(start, Math.min(end, LENGTH)));
    const from = Math.max(start - LENGTH, 0);
    const to = Math.min(end - LENGTH, this.#blob.size);
    if (to > from) piece.set(new Uint8Array(await this.#blob.slice(from, to).arrayBuffer()), from + LENGTH - start);
    return piece;
  }

  /** Sealed bytes from an offset on, a mebibyte at a time; `progress` hears how many sealed bytes are done. */
  async* from(offset = 0, progress = () => {}) {
    const { secret, base, commitment } = await cipherOf(this.#key, this.#salt, this.#context, 'encrypt');
    const last = Math.floor(this.padded / CHUNK);
    let number = Math.max(Math.floor((offset - PREFIX) / (CHUNK + TAG)), 0);
    let done = number ? PREFIX + number * (CHUNK + TAG) : 0;
    // The next mebibyte is read while this one is sealed.
    const read = (first) => (first > last ? null : this.#plain(first * CHUNK, Math.min((first + AT_ONCE) * CHUNK, this.padded)));
    let coming = read(number);
    while (number <= last) {
      const count = Math.min(AT_ONCE, last + 1 - number);
      const plain = await coming;
      coming = read(number + count);
      coming?.catch(() => {});
      const chunks = await Promise.all(Array.from({ length: count }, (_, at) => crypto.subtle.encrypt(
        { name: 'AES-GCM', iv: nonceOf(base, number + at) }, secret, plain.subarray(at * CHUNK, (at + 1) * CHUNK),
      )));
      const piece = concatBytes(...(number ? [] : [this.#salt, commitment]), ...chunks.map((chunk) => new Uint8Array(chunk)));
      const skipped = Math.max(offset - done, 0);
      done += piece.length;
      number += count;
      if (skipped < piece.length) yield piece.subarray(skipped);
      progress(done);
    }
  }
}

/** Seal a blob or bytes piece by piece. */
export const sealStream = (body, key, context, progress) => new Sealing(new Blob([body]), key, context).from(0, progress);

async function whole(pieces) {
  const all = [];
  for await (const piece of pieces) all.push(piece);
  return concatBytes(...all);
}

/** Seal a body that is in memory. */
export const sealBody = (body, key, context) => whole(sealStream(body, key, context));

/** Open a body that is in memory; throws when any of it is not as sealed. */
export const openBody = (sealed, key, context) => whole(openStream([sealed], key, context));

const broken = (part = 'body') => refusal('seal-broken', { part });

/** Bytes of an (async) source in runs of a chosen length; the last run is shorter and may be empty. */
class Runs {
  #source;
  #held = [];
  #length = 0;
  #ended = false;

  constructor(source) {
    this.#source = (source[Symbol.asyncIterator] ?? source[Symbol.iterator]).call(source);
  }

  async take(length) {
    while (this.#length < length && !this.#ended) {
      const { value, done } = await this.#source.next();
      if (done) this.#ended = true;
      else if (value.length) {
        this.#held.push(value);
        this.#length += value.length;
      }
    }
    const all = this.#held.length === 1 ? this.#held[0] : concatBytes(...this.#held);
    const run = all.subarray(0, length);
    this.#held = all.length > run.length ? [all.subarray(run.length)] : [];
    this.#length = all.length - run.length;
    return run;
  }
}

/** Open what chunked encryption sealed, chunk after chunk, as the standard has it: with no padding of ours. */
export async function* openChunks(source, key, context) {
  const runs = new Runs(source);
  const front = await runs.take(PREFIX);
  if (front.length !== PREFIX) throw broken();
  const { secret, base, commitment } = await cipherOf(key, front.subarray(0, SALT), context, 'decrypt');
  if (!equal(commitment, front.subarray(SALT))) throw broken();
  const step = CHUNK + TAG;
  for (let number = 0; ; number += AT_ONCE) {
    const run = await runs.take(AT_ONCE * step);
    const ends = run.length < AT_ONCE * step;
    if (ends && run.length % step < TAG) throw broken();
    const count = Math.ceil(run.length / step);
    const opened = Array.from({ length: count }, (_, at) => crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: nonceOf(base, number + at) }, secret, run.subarray(at * step, (at + 1) * step),
    ));
    const plain = await Promise.all(opened).catch(() => { throw broken(); });
    yield concatBytes(...plain.map((chunk) => new Uint8Array(chunk)));
    if (ends) return;
  }
}

/** Open a body piece by piece, without its padding; throws, at the end only when the body was cut. */
export async function* openStream(source, key, context) {
  const runs = new Runs(openChunks(source, key, context));
  const front = await runs.take(LENGTH);
  if (front.length !== LENGTH) throw broken();
  const size = new DataView(front.slice().buffer).getBigUint64(0);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw broken();
  const padded = paddedSize(Number(size)) - LENGTH;
  let seen = 0;
  for (;;) {
    const piece = await runs.take(AT_ONCE * CHUNK);
    if (!piece.length) break;
    const kept = Math.max(0, Math.min(piece.length, Number(size) - seen));
    if (piece.subarray(kept).some((byte) => byte)) throw broken();
    seen += piece.length;
    if (kept) yield piece.subarray(0, kept);
  }
  if (seen !== padded) throw broken();
}

const factsKey = (dataKey, use) => crypto.subtle.importKey(
  'raw', hkdf(sha256, dataKey, undefined, utf8ToBytes('tcmchain.facts.1'), 32), 'AES-GCM', false, [use],
);

/** JSON bytes of facts with spaces behind, to a multiple of 256: what is sealed and what the commitment hashes. */
export function padFacts(facts) {
  const padded = new Uint8Array(Math.ceil(facts.length / FACTS_STEP) * FACTS_STEP).fill(0x20);
  padded.set(facts);
  return padded;
}

/** Seal padded facts: nonce ‖ AES-256-GCM. */
export async function sealFacts(padded, dataKey, place) {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: place.bound }, await factsKey(dataKey, 'encrypt'), padded);
  return concatBytes(iv, new Uint8Array(sealed));
}

/** The padded facts; throws when the key or the place is another one. */
export async function openFacts(sealed, dataKey, place) {
  const key = await factsKey(dataKey, 'decrypt');
  const options = { name: 'AES-GCM', iv: sealed.subarray(0, NONCE), additionalData: place.bound };
  return new Uint8Array(await crypto.subtle.decrypt(options, key, sealed.subarray(NONCE)).catch(() => { throw broken('facts'); }));
}
