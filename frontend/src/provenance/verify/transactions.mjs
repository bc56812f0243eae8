// Who signed a raw transaction.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { decode, encode, keccak, keccakHex, quantity, toBytes, toHex } from '../../chain/bytes.mjs';

const toNumber = (bytes) => (bytes.length ? BigInt(toHex(bytes)) : 0n);

/** Hash and signer of a raw transaction of type 0, 1 or 2. */
export function readTransaction(raw) {
  const bytes = toBytes(raw);
  const legacy = bytes[0] >= 0xc0;
  const fields = decode(legacy ? bytes : bytes.subarray(1));
  const [v, r, s] = fields.slice(-3).map(toNumber);
  const unsigned = fields.slice(0, -3);
  let parity = Number(v);
  let message = concatBytes(bytes.subarray(0, 1), encode(unsigned));
  if (legacy) {
    const chainId = (v - 35n) / 2n;
    parity = Number((v - 35n) % 2n);
    message = encode([...unsigned, quantity(`0x${chainId.toString(16)}`), new Uint8Array(0), new Uint8Array(0)]);
  }
  const key = new secp256k1.Signature(r, s, parity).recoverPublicKey(keccak(message));
  const signer = toHex(keccak(key.toBytes(false).subarray(1)).subarray(12));
  return { hash: keccakHex(bytes), signer };
}
