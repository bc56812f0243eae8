// Commitments and digests: what a chain may know of a record, a person or a grant.
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as hash } from '@noble/hashes/sha2.js';
import { keccak, toBytes, toHex } from '../chain/bytes.mjs';
import { concatBytes, utf8ToBytes } from './coding.mjs';

const TERMS = keccak(utf8ToBytes(
  'Terms(bytes32 salt,address grantee,bytes readingKey,bytes32 label,uint8 rights,string purpose,uint64 until)',
));
const [WRITER, PASSER] = ['Writer(bytes32 salt)', 'Passer(bytes32 salt)'].map((text) => keccak(utf8ToBytes(text)));
const word = (value) => toBytes(`0x${BigInt(value).toString(16).padStart(64, '0')}`);
const keccakOf = (...words) => toHex(keccak(concatBytes(...words)));

export const sha256 = (bytes) => toHex(hash(bytes));

/** SHA-256 of an id number and 32 secret bytes. */
export const identityCommitment = (idNumber, salt) => sha256(concatBytes(utf8ToBytes(idNumber), salt));

/** What stands on the chain of a grant's terms; `readingKey` as bytes, all else as text and numbers. */
export const termsHash = ({ salt, grantee, readingKey, label, rights, purpose, until }) => keccakOf(
  TERMS, toBytes(salt), word(grantee), keccak(readingKey), toBytes(label), word(rights), keccak(utf8ToBytes(purpose)), word(until),
);

/** What is shown on the chain at each append: opens the writer, and not the terms. */
export const writerSalt = (salt) => keccakOf(WRITER, toBytes(salt));

/** What is shown on the chain when a grant is passed on: opens the passer, and neither terms nor writer. */
export const passerSalt = (salt) => keccakOf(PASSER, toBytes(salt));

/** Names the member that may append, to those who know the salt. */
export const writerHash = (salt, member) => keccakOf(toBytes(writerSalt(salt)), toBytes(member));

/** Names the account that may pass on, to those who know the salt. */
export const passerHash = (salt, grantee) => keccakOf(toBytes(passerSalt(salt)), word(grantee));

/** Names the patient that a request is meant for, to those who know the salt. */
export const whomHash = (salt, patient) => keccakOf(toBytes(salt), word(patient));

const inVault = (vaultKey, name, plaintextSha256) => hmac(hash, vaultKey, concatBytes(utf8ToBytes(name), plaintextSha256));

/** The name under which equal bodies of one relation are found. */
export const vaultTag = (vaultKey, plaintextSha256) => toHex(inVault(vaultKey, 'tag', plaintextSha256));

/** The key that seals equal bodies of one relation. */
export const vaultBodyKey = (vaultKey, plaintextSha256) => inVault(vaultKey, 'key', plaintextSha256);

/** SHA-256 of a blob, read in pieces of a mebibyte; `progress` hears the bytes read. */
export async function sha256OfBlob(blob, progress = () => {}) {
  const made = hash.create();
  for (let at = 0; at < blob.size; at += 1 << 20) {
    made.update(new Uint8Array(await blob.slice(at, at + (1 << 20)).arrayBuffer()));
    progress(Math.min(at + (1 << 20), blob.size));
  }
  return made.digest();
}
