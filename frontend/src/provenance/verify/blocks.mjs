// A block's hash and receipts root, computed again out of what a node tells of it.
import { concatBytes } from '@noble/hashes/utils.js';
import { encode, keccak, keccakHex, quantity, toBytes, toHex } from '../../chain/bytes.mjs';

const FIXED = [
  ['parentHash', toBytes], ['sha3Uncles', toBytes], ['miner', toBytes], ['stateRoot', toBytes],
  ['transactionsRoot', toBytes], ['receiptsRoot', toBytes], ['logsBloom', toBytes], ['difficulty', quantity],
  ['number', quantity], ['gasLimit', quantity], ['gasUsed', quantity], ['timestamp', quantity],
  ['extraData', toBytes], ['mixHash', toBytes], ['nonce', toBytes],
];
const LATER = [
  ['baseFeePerGas', quantity], ['withdrawalsRoot', toBytes], ['blobGasUsed', quantity], ['excessBlobGas', quantity],
  ['parentBeaconBlockRoot', toBytes], ['requestsHash', toBytes],
];

/** The hash of a header: Keccak of its RLP, with those later fields that the block has. */
export function headerHash(block) {
  const fields = FIXED.map(([name, read]) => read(block[name]));
  for (const [name, read] of LATER) {
    if (block[name] === undefined || block[name] === null) break;
    fields.push(read(block[name]));
  }
  return keccakHex(encode(fields));
}

function receiptBytes(receipt) {
  const status = receipt.status === undefined || receipt.status === null ? toBytes(receipt.root) : quantity(receipt.status);
  const logs = receipt.logs.map((log) => [toBytes(log.address), log.topics.map(toBytes), toBytes(log.data)]);
  const body = encode([status, quantity(receipt.cumulativeGasUsed), toBytes(receipt.logsBloom), logs]);
  const type = Number(receipt.type ?? 0);
  return type ? concatBytes(Uint8Array.of(type), body) : body;
}

/** The root of the trie of a block's receipts, in their order. */
export function receiptsRoot(receipts) {
  return listRoot(receipts.map(receiptBytes));
}

/** The root of the Merkle-Patricia trie that maps RLP of a place in a list to what stands there. */
export function listRoot(values) {
  const leaves = values.map((value, at) => [nibbles(encode(quantity(`0x${at.toString(16)}`))), value]);
  return toHex(keccak(leaves.length ? encode(node(leaves, 0)) : encode(new Uint8Array(0))));
}

const nibbles = (bytes) => [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);

// hex-prefix: a flag for leaves, then an odd nibble if there is one
function compact(path, leaf) {
  const odd = path.length % 2;
  const all = odd ? [leaf * 2 + 1, ...path] : [leaf * 2, 0, ...path];
  const packed = new Uint8Array(all.length / 2);
  for (let at = 0; at < packed.length; at += 1) packed[at] = all[2 * at] * 16 + all[2 * at + 1];
  return packed;
}

function node(leaves, depth) {
  if (leaves.length === 1) return [compact(leaves[0][0].slice(depth), 1), leaves[0][1]];
  const first = leaves[0][0];
  let shared = depth;
  while (leaves.every(([path]) => path.length > shared && path[shared] === first[shared])) shared += 1;
  if (shared > depth) return [compact(first.slice(depth, shared), 0), reference(node(leaves, shared))];
  const branch = Array.from({ length: 17 }, () => new Uint8Array(0));
  for (let digit = 0; digit < 16; digit += 1) {
    const under = leaves.filter(([path]) => path[depth] === digit);
    if (under.length) branch[digit] = reference(node(under, depth + 1));
  }
  return branch;
}

function reference(item) {
  const raw = encode(item);
  return raw.length < 32 ? item : keccak(raw);
}
