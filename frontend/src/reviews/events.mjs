// The event Reviewed out of a receipt's log: three indexed fields, then seven words.
import { keccakHex } from '../chain/bytes.mjs';
import { utf8ToBytes } from '@noble/hashes/utils.js';

const TOPIC = keccakHex(utf8ToBytes('Reviewed(bytes32,bytes32,address,uint32,bytes32,bytes32,uint8,uint8,uint8,bytes32)'));

/** What a log says of a review; `null` for any other log. */
export function decodeReviewed({ topics, data }) {
  if (topics[0] !== TOPIC) return null;
  const word = (at) => `0x${data.slice(2 + 64 * at, 66 + 64 * at)}`;
  const number = (at) => Number(BigInt(word(at)));
  return { nullifier: topics[1], formula: topics[2], version: number(0), member: word(1), name: word(2), rating: number(3), before: number(4), afterwards: number(5), content: word(6) };
}
