// Receipts of custodians: fetched from each, and each checked here against its signature and its root on the chain.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak, toBytes, toHex } from '../chain/bytes.mjs';
import { digest } from '../chain/typed.mjs';
import { utf8ToBytes } from '../sealing/coding.mjs';
import { contracts } from '../vault/sending.mjs';
import * as doors from './doors.mjs';

const PAGE = 500;
const MOST = 20; // pages of one custodian: ten thousand receipts
const FIELDS = [
  ['custodian', 'address'], ['number', 'uint64'], ['patient', 'address'], ['file', 'bytes32'], ['version', 'uint32'], ['grant', 'bytes32'],
  ['reader', 'address'], ['outcome', 'uint8'], ['purpose', 'bytes32'], ['blockNumber', 'uint64'], ['at', 'uint64'],
].map(([name, type]) => ({ name, type }));
const TYPES = {
  EIP712Domain: [
    { name: 'name', type: 'string' }, { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' }, { name: 'verifyingContract', type: 'address' },
  ],
  Receipt: FIELDS,
};

/** What is signed of a receipt (EIP-712). */
export async function digestOf(receipt) {
  const { chainId, addresses } = await contracts();
  const domain = { name: 'TCM Chain Custodian', version: '1', chainId, verifyingContract: addresses.Custodians };
  return digest({ types: TYPES, primaryType: 'Receipt', domain, message: receipt });
}

/** The address whose key signed a digest; empty when nobody's did. */
export function signerOf(hash, signature) {
  try {
    const raw = toBytes(signature);
    const point = secp256k1.Signature.fromBytes(raw.subarray(0, 64), 'compact').addRecoveryBit(raw[64] - 27).recoverPublicKey(hash);
    return toHex(keccak(point.toBytes(false).subarray(1)).subarray(12));
  } catch {
    return '';
  }
}

const TYPE_PROVES = ['address', 'uint64', 'bytes32', 'bytes32[]'];

/** `proven`, `waiting` (signed, its root is not on the chain yet) or `false`. */
export async function check(found, custodian) {
  const { receipt, signature, batch, proof } = found;
  const hash = await digestOf(receipt);
  if (receipt.custodian.toLowerCase() !== custodian.toLowerCase() || signerOf(hash, signature) !== custodian.toLowerCase()) return 'false';
  if (batch === null || batch === undefined) return 'waiting';
  const answer = await doors.look('Custodians', 'proves', TYPE_PROVES, [custodian, batch, toHex(hash), proof]);
  return BigInt(answer) === 1n ? 'proven' : 'false';
}

/** All receipts that a custodian keeps for a patient, asked for by an account that may act. */
export async function receiptsOf(asker, patient, custodian) {
  const found = [];
  for (let page = 0, after = 0; page < MOST; page += 1) {
    const { receipts, next } = await doors.askCustodian(asker, custodian, 'GET', `/receipts?patient=${patient}&after=${after}&limit=${PAGE}`);
    found.push(...receipts);
    if (!next) break;
    after = next;
  }
  return found;
}

export const purposeHash = (purpose) => toHex(keccak(utf8ToBytes(purpose)));

/** Numbers of a custodian's receipts that its answer leaves out are another patient's; numbers given twice are a lie. */
export const givenTwice = (receipts) => new Set(receipts.map(({ receipt }) => receipt.number)).size !== receipts.length;
