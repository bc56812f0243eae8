// The node's doors of reviews, asked by a review's own pseudonym; the session's cookie stays behind.
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { toHex } from '../chain/bytes.mjs';
import { canonical } from '../prescriptions/slips.mjs';

export { askAs } from '../consultations/pseudonyms.mjs';

export const DOOR = '/api/reviews';
export const freshSalt = () => toHex(crypto.getRandomValues(new Uint8Array(32)));

/** The SHA-256 under which a text is named on the chain. */
export const digestOf = (text) => toHex(sha256(utf8ToBytes(canonical(text))));
