// The slip and what it seals, as src/tcmchain/prescriptions/client/sealing.py and model/slip.py do it.
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { addressOf, signDigest } from '../chain/accounts.mjs';
import { toBytes, toHex } from '../chain/bytes.mjs';
import { digest } from '../chain/typed.mjs';
import { scalar } from '../sealing/keys.mjs';
import { utf8ToBytes } from '../sealing/coding.mjs';
import { seed } from '../wallet/vault.mjs';

const HEAD = 'TCMRX1.';
const VOUCHER = '.v';
const SALT = utf8ToBytes('tcmchain.keys.1');
const BOUND = utf8ToBytes('tcmchain.prescription.1');
const NONCE = 12;
const PAGE = 512;
const VOUCHER_NAME = utf8ToBytes('voucher');
/** A number as `abi.encode` writes it. */
const word = (number) => toBytes(`0x${number.toString(16).padStart(64, '0')}`);
export const ZERO = `0x${'00'.repeat(32)}`;

const random = (length = 32) => crypto.getRandomValues(new Uint8Array(length));
const derived = (secret, name, length) => hkdf(sha256, secret, SALT, utf8ToBytes(name), length);
const refusal = (sentence) => Object.assign(new Error(sentence), { sentence });

export const freshSecret = () => random();
export const freshSalt = () => toHex(random());

const urlText = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
function urlBytes(text, length) {
  try {
    const bytes = Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0));
    if (bytes.length === length && urlText(bytes) === text) return bytes;
  } catch {
    // told below
  }
  throw refusal('slip-unreadable');
}

/** A slip as text: `TCMRX1.` with id and secret, and `.v` with the commitment of a voucher. */
export function writeSlip({ id, secret, voucher }) {
  const both = new Uint8Array(64);
  both.set(toBytes(id));
  both.set(secret, 32);
  return HEAD + urlText(both) + (voucher ? VOUCHER + urlText(toBytes(voucher)) : '');
}

/** `{id, secret, voucher}` of a slip; throws `slip-unreadable`. */
export function readSlip(text) {
  const plain = text.replace(/\s+/g, '');
  if (!plain.startsWith(HEAD)) throw refusal('slip-unreadable');
  const [body, voucher] = plain.slice(HEAD.length).split(VOUCHER);
  const both = urlBytes(body, 64);
  return { id: toHex(both.subarray(0, 32)), secret: both.slice(32), voucher: voucher === undefined ? null : toHex(urlBytes(voucher, 32)) };
}

const keyOf = (secret) => scalar(derived(secret, 'slip/key', 48));

/** The account of a slip, to whom the right belongs. */
export const slipAccount = (secret) => addressOf(keyOf(secret));

const sealKey = (secret, use) => crypto.subtle.importKey('raw', derived(secret, 'slip/seal', 32), 'AES-GCM', false, [use]);

/** JSON with sorted names and no blanks. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
  return JSON.stringify(value);
}

/** Seal a document: `{block, content}`, the block to store and its SHA-256. */
export async function seal(document_, secret) {
  const raw = utf8ToBytes(canonical(document_));
  const padded = new Uint8Array(Math.ceil(raw.length / PAGE) * PAGE).fill(0x20);
  padded.set(raw);
  const nonce = random(NONCE);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: BOUND }, await sealKey(secret, 'encrypt'), padded);
  const block = new Uint8Array(NONCE + sealed.byteLength);
  block.set(nonce);
  block.set(new Uint8Array(sealed), NONCE);
  return { block, content: toHex(sha256(block)) };
}

/** Open a block that the chain commits to; throws `not-opened`. */
export async function open(block, secret, content) {
  if (toHex(sha256(block)) !== content) throw refusal('not-opened');
  try {
    const given = { name: 'AES-GCM', iv: block.slice(0, NONCE), additionalData: BOUND };
    const clear = await crypto.subtle.decrypt(given, await sealKey(secret, 'decrypt'), block.slice(NONCE));
    return JSON.parse(new TextDecoder().decode(clear));
  } catch {
    throw refusal('not-opened');
  }
}

/** What stands on the chain of a finding's name. */
export const findingCommitment = (salt, name) => toHex(keccak_256(concatBytes(toBytes(salt), sha256(utf8ToBytes(name)))));

const GRACE = 3600;

/** Findings that nobody signed for on the chain as their grade wants it, as model/agreement.py has it. */
export function lacking({ right, document }, replayed, { published = [], followed = null } = {}) {
  const signed = new Map(right.overrides.map(({ finding, second }) => [finding, second]));
  const due = Math.max(0, ...published.filter(({ at }) => at <= right.issued - GRACE).map(({ version }) => version));
  const rules = document.rules.version === right.rules && right.rules === replayed.rules && right.rules >= due ? [] : ['rules'];
  const formula = !document.formula || followed?.version.dispensable !== false ? [] : ['formula'];
  return [...rules, ...formula, ...replayed.findings.filter(({ id, grade }) => {
    if (grade === 'inform') return false;
    const override = document.overrides.find((one) => one.finding === id);
    const second = override && signed.get(findingCommitment(override.salt, id));
    return grade === 'hard-stop' || second === undefined || (grade === 'two-signatures' && !second);
  }).map(({ id }) => id)];
}

/** The patient's secret for a review of what a prescription brought; it follows from the wallet's words. */
export const reviewSecret = async (id) => derived(await seed(), `review/${id}`, 32);

/** What a patient hands to the pharmacy for the right to one review. */
export const voucherCommitment = (secret) => toHex(keccak_256(concatBytes(word(64), secret, word(VOUCHER_NAME.length), VOUCHER_NAME, new Uint8Array(32 - VOUCHER_NAME.length))));

const DISPENSING = {
  EIP712Domain: [['name', 'string'], ['version', 'string'], ['chainId', 'uint256'], ['verifyingContract', 'address']],
  Dispensing: [['prescription', 'bytes32'], ['member', 'bytes32'], ['commitment', 'bytes32'], ['voucher', 'bytes32']],
};

/** The slip's signature that lets its prescription be dispensed at one member (EIP-712). */
export function signDispensing(secret, { chainId, contract }, { prescription, member, commitment, voucher }) {
  const types = Object.fromEntries(Object.entries(DISPENSING).map(([name, fields]) => [name, fields.map(([field, type]) => ({ name: field, type }))]));
  const domain = { name: 'TCM Chain Prescriptions', version: '1', chainId, verifyingContract: contract };
  return signDigest(keyOf(secret), digest({ types, primaryType: 'Dispensing', domain, message: { prescription, member, commitment, voucher: voucher ?? ZERO } }));
}
