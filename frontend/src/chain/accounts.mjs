// Keys, addresses and signatures.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { encode, keccak, keccakHex, quantity, toBytes, toHex } from './bytes.mjs';

/** The EIP-55 address of a private key. */
export function addressOf(key) {
  const plain = toHex(keccak(secp256k1.getPublicKey(key, false).subarray(1)).subarray(12)).slice(2);
  const hash = keccakHex(utf8ToBytes(plain)).slice(2);
  return `0x${[...plain].map((digit, at) => (parseInt(hash[at], 16) > 7 ? digit.toUpperCase() : digit)).join('')}`;
}

function signature(key, digest) {
  const made = secp256k1.sign(digest, key, { prehash: false, format: 'recovered' });
  return { parity: made[0], r: made.subarray(1, 33), s: made.subarray(33) };
}

/** r ‖ s ‖ v over a digest, as hex. */
export function signDigest(key, digest) {
  const { parity, r, s } = signature(key, digest);
  return toHex(concatBytes(r, s, Uint8Array.of(27 + parity)));
}

/** EIP-191, as `personal_sign` does. */
export function signText(key, text) {
  const raw = utf8ToBytes(text);
  return signDigest(key, keccak(concatBytes(utf8ToBytes(`\x19Ethereum Signed Message:\n${raw.length}`), raw)));
}

const hexOf = (value) => `0x${BigInt(value).toString(16)}`;
const strip = (bytes) => quantity(toHex(bytes));

/** A signed legacy transaction (EIP-155) of no value and no fee. */
export function signTransaction(key, { chainId, nonce, to, data, gas }) {
  const fields = [quantity(hexOf(nonce)), new Uint8Array(0), quantity(hexOf(gas)), toBytes(to), new Uint8Array(0), toBytes(data)];
  const empty = new Uint8Array(0);
  const { parity, r, s } = signature(key, keccak(encode([...fields, quantity(hexOf(chainId)), empty, empty])));
  return toHex(encode([...fields, quantity(hexOf(35 + 2 * chainId + parity)), strip(r), strip(s)]));
}
