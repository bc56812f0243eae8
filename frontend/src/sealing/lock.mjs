// The lock of a file: public bytes that say which keys open it, as src/tcmchain/crypto/lock.py.
import { toBytes, toHex } from '../chain/bytes.mjs';
import { fromBase64, toBase64, utf8ToBytes } from './coding.mjs';
import { encapsulate, openOwn } from './delegation.mjs';
import { refusal } from './errors.mjs';
import { publicOf } from './keys.mjs';
import { USES, sealLetter } from './letters.mjs';
import { combine, split } from './shares.mjs';

export const EMERGENCY_NEEDED = 2;
const LONGEST = 64 * 1024;

/**
 * Lock a data key with category keys `{label, epoch, public}` and keys from outside, `needed` of which open it.
 * `emergency` are three custodians `{account, inbox}`, for files of the emergency category only; their
 * shares open for the file whose `Place.bound` is given, and for no other. Gives the bytes.
 */
export async function makeLock(dataKey, needed, keys, outside = [], emergency = [], bound = new Uint8Array(0)) {
  const total = keys.length + outside.length;
  if (!(needed >= 1 && needed <= total)) throw refusal('lock-unreadable', { reason: 'needed' });
  const parts = needed === 1 ? Array(total).fill(dataKey) : await split(dataKey, needed, total);
  const sealed = [];
  for (const [at, key] of [...keys.map((one) => one.public), ...outside].entries()) {
    const { capsule, ciphertext } = await encapsulate(key, parts[at]);
    sealed.push({ capsule: toBase64(capsule), share: toBase64(ciphertext) });
  }
  const lock = {
    needed,
    shares: keys.map(({ label, epoch }, at) => ({ label, epoch, ...sealed[at] })),
    outside: outside.map((key, at) => ({ key: toHex(key), ...sealed[keys.length + at] })),
  };
  if (emergency.length) lock.emergency = { needed: EMERGENCY_NEEDED, shares: await forEmergency(dataKey, emergency, bound) };
  return utf8ToBytes(JSON.stringify(lock));
}

async function forEmergency(dataKey, custodians, bound) {
  const parts = await split(dataKey, EMERGENCY_NEEDED, custodians.length);
  return Promise.all(custodians.map(async ({ account, inbox }, at) => ({
    custodian: account, share: toBase64(await sealLetter(inbox, parts[at], USES.emergency, bound)),
  })));
}

const isCount = (value) => Number.isSafeInteger(value) && value >= 1;
const hashed = (text) => /^0x[0-9a-f]{64}$/.test(text);

/** Read a lock's bytes: shares as bytes; throws when they are no lock. */
export function readLock(raw) {
  if (raw.length > LONGEST) throw refusal('lock-unreadable', { reason: 'length' });
  let found;
  try {
    const { needed, shares, outside, emergency } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
    const bytes = ({ capsule, share }) => ({ capsule: fromBase64(capsule), share: fromBase64(share) });
    found = {
      needed,
      shares: shares.map((part) => ({ label: part.label, epoch: part.epoch, ...bytes(part) })),
      outside: outside.map((part) => ({ key: toBytes(part.key), ...bytes(part) })),
      emergency: (emergency?.shares ?? []).map(({ custodian, share }) => ({ custodian, share: fromBase64(share) })),
    };
    if (!isCount(needed) || !found.shares.every(({ label, epoch }) => hashed(label) && isCount(epoch))) throw new Error('shape');
  } catch {
    throw refusal('lock-unreadable', { reason: 'shape' });
  }
  if (found.needed > found.shares.length + found.outside.length) throw refusal('lock-unreadable', { reason: 'needed' });
  const names = new Set(found.shares.map(({ label, epoch }) => `${label} ${epoch}`));
  if (names.size !== found.shares.length) throw refusal('lock-unreadable', { reason: 'twice' });
  return found;
}

/** The data key out of opened shares. */
export async function join(needed, parts) {
  const distinct = [...new Map(parts.map((part) => [toHex(part), part])).values()];
  if (distinct.length < needed) throw refusal('lock-shut', { needed, shown: distinct.length });
  return needed === 1 ? distinct[0] : combine(distinct.slice(0, needed));
}

/**
 * The data key. `secretFor(label, epoch)` gives a category's secret or nothing; `outside` are secrets from outside,
 * `opened` shares that others opened. Throws when they are too few, or when a secret under a label is not that label's.
 */
export async function openLock(lock, { secretFor = () => undefined, outside = [], opened = [] }) {
  const parts = [...opened];
  for (const { label, epoch, capsule, share } of lock.shares) {
    const secret = parts.length < lock.needed ? secretFor(label, epoch) : undefined;
    if (secret) parts.push(await openOwn(secret, capsule, share));
  }
  const held = new Map(outside.map((secret) => [toHex(publicOf(secret)), secret]));
  for (const { key, capsule, share } of lock.outside) {
    const secret = parts.length < lock.needed ? held.get(toHex(key)) : undefined;
    if (secret) parts.push(await openOwn(secret, capsule, share));
  }
  return join(lock.needed, parts);
}
