// What a patient derives for one prescription, as src/tcmchain/reviews/client/keys.py does: nobody can join two of them.
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { addressOf } from '../chain/accounts.mjs';
import { toHex } from '../chain/bytes.mjs';
import { encodeValues } from '../chain/calling.mjs';
import { scalar } from '../sealing/keys.mjs';

const SALT = utf8ToBytes('tcmchain.keys.1');
const hashed = (word, secret) => toHex(keccak_256(encodeValues(['string', 'bytes32'], [word, secret])));

/** The keys for a prescription's id, out of the 64-byte seed. */
export function reviewKeys(seed, prescription) {
  const derived = (name, length = 32) => hkdf(sha256, seed, SALT, utf8ToBytes(`review/${prescription}${name}`), length);
  const [secret, key] = [derived(''), scalar(derived('/account', 48))];
  return { prescription, secret, key, address: addressOf(key), nameSalt: derived('/name'), commitment: hashed('voucher', secret), nullifier: hashed('review', secret) };
}
