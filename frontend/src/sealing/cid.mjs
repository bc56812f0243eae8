// Content identifiers, and files of blocks checked while they stream: CIDv1, SHA-256, raw leaves of a mebibyte,
// 1024 links a node (https://specs.ipfs.tech/unixfs/, profile unixfs-v1-2025).
import { concatBytes, equal } from './coding.mjs';
import { orRefuse, refusal } from './errors.mjs';

const LEAF = 1 << 20;
const LINKS = 1024;
const DEEPEST = 8;
const AHEAD = 4;
const RAW = 0x55;
const NODE = 0x70;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

function base32(bytes) {
  let [text, held, bits] = ['b', 0, 0];
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5; bits -= 5) text += LETTERS[(held >> (bits - 5)) & 31];
  }
  return bits ? text + LETTERS[(held << (5 - bits)) & 31] : text;
}

function unbase32(text) {
  const bytes = [];
  let [held, bits] = [0, 0];
  for (const letter of text.slice(1)) {
    held = ((held << 5) | LETTERS.indexOf(letter)) & 0xffff;
    bits += 5;
    if (bits >= 8) bytes.push((held >> (bits -= 8)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

const binary = (codec, digest) => concatBytes(Uint8Array.of(1, codec, 0x12, 0x20), digest);
const cidOf = (codec, digest) => base32(binary(codec, digest));

/** The CID of one raw block's SHA-256 (32 bytes). */
export const cidOfDigest = (digest) => cidOf(RAW, digest);

/** The CID of one raw block. */
export const rawCid = async (block) => cidOfDigest(await sha256(block));

function parts(bytes) {
  const fits = bytes.length === 36 && bytes[0] === 1 && [RAW, NODE].includes(bytes[1]) && bytes[2] === 0x12 && bytes[3] === 0x20;
  return fits ? { codec: bytes[1], digest: bytes.subarray(4) } : null;
}

/** Codec and SHA-256 of a CID; throws when it is none of ours. */
export function readCid(cid) {
  const found = /^b[a-z2-7]{58}$/.test(cid) ? parts(unbase32(cid)) : null;
  if (!found || cidOf(found.codec, found.digest) !== cid) throw refusal('cid-invalid', { cid });
  return found;
}

/** Throws unless the block is what the CID says. */
export async function checkBlock(cid, block) {
  if (!equal(await sha256(block), readCid(cid).digest)) throw refusal('block-wrong', { cid });
}

// Protocol buffers: a number, and a field of bytes.
function varint(value) {
  const bytes = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Uint8Array.from([...bytes, left]);
    bytes.push((left % 128) | 0x80);
  }
}
const field = (number, bytes) => concatBytes(Uint8Array.of((number << 3) | 2), varint(bytes.length), bytes);

function* fieldsOf(bytes) {
  let at = 0;
  const number = () => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at];
      at += 1;
      if (byte === undefined || factor > 2 ** 49) throw new Error('number');
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = number();
    const length = number();
    if ((key & 7) === 0) yield [key >> 3, length];
    else if ((key & 7) === 2 && at + length <= bytes.length) {
      yield [key >> 3, bytes.subarray(at, at + length)];
      at += length;
    } else throw new Error('field');
  }
}

function linksOf(block) {
  const links = [];
  let data;
  for (const [number, value] of fieldsOf(block)) {
    if (number === 1) data = value;
    else links.push(parts(Object.fromEntries(fieldsOf(value))[1]));
  }
  if (Object.fromEntries(fieldsOf(data))[1] !== 2) throw new Error('kind');
  return links.map(({ codec, digest }) => cidOf(codec, digest));
}

/** The bytes of a file, block by block, each checked against its CID before it is given out. */
export async function* readFile(cid, getBlock, depth = 0) {
  if (depth > DEEPEST) throw refusal('not-unixfs', { cid, reason: 'depth' });
  const block = await getBlock(cid);
  await checkBlock(cid, block);
  if (readCid(cid).codec === RAW) {
    yield block;
    return;
  }
  yield* branches(await orRefuse(() => linksOf(block), 'not-unixfs', { cid, reason: 'node' }), getBlock, depth + 1);
}

// A few leaves are fetched ahead, so that the network does not wait for the cipher.
async function* branches(links, getBlock, depth) {
  const asked = new Map();
  const ask = (link) => {
    if (link !== undefined && readCid(link).codec === RAW && !asked.has(link)) {
      const coming = getBlock(link);
      coming.catch(() => {});
      asked.set(link, coming);
    }
  };
  for (const [at, link] of links.entries()) {
    links.slice(at, at + AHEAD).forEach(ask);
    yield* readFile(link, asked.has(link) ? () => asked.get(link) : getBlock, depth);
    if (!links.slice(at + 1, at + AHEAD).includes(link)) asked.delete(link);
  }
}

/** The CID of a file given in pieces: what a node must answer for its bytes. `keep` hears each block under its CID. */
export class FileCid {
  #keep;
  #held = [];
  #length = 0;
  #leaves = [];

  constructor({ keep = () => {} } = {}) {
    this.#keep = keep;
  }

  /** Take in the next bytes. */
  async update(piece) {
    for (let at = 0; at < piece.length;) {
      const taken = piece.subarray(at, at + LEAF - this.#length);
      this.#held.push(taken.slice());
      this.#length += taken.length;
      at += taken.length;
      if (this.#length === LEAF) await this.#leaf();
    }
  }

  async #leaf() {
    const [size, block] = [this.#length, concatBytes(...this.#held)];
    const cid = binary(RAW, await sha256(block));
    await this.#keep(base32(cid), block);
    this.#leaves.push({ cid, size, total: size });
    [this.#held, this.#length] = [[], 0];
  }

  /** The CID of all that was taken in. */
  async finish() {
    if (this.#length || !this.#leaves.length) await this.#leaf();
    let layer = this.#leaves;
    while (layer.length > 1) {
      const above = [];
      for (let at = 0; at < layer.length; at += LINKS) above.push(await node(layer.slice(at, at + LINKS), this.#keep));
      layer = above;
    }
    return base32(layer[0].cid);
  }
}

async function node(children, keep) {
  const size = children.reduce((sum, child) => sum + child.size, 0);
  const number = (key, value) => concatBytes(Uint8Array.of(key << 3), varint(value));
  const links = children.map(({ cid, total }) => field(2, concatBytes(field(1, cid), field(2, new Uint8Array(0)), number(3, total))));
  const data = concatBytes(number(1, 2), number(3, size), ...children.map((child) => number(4, child.size)));
  const block = concatBytes(...links, field(1, data));
  const total = block.length + children.reduce((sum, child) => sum + child.total, 0);
  const cid = binary(NODE, await sha256(block));
  await keep(base32(cid), block);
  return { cid, size, total };
}
