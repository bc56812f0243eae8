// Opening what a patient granted: custodians re-encrypt, two of three are needed, and this browser decrypts.
import { toBytes } from '../chain/bytes.mjs';
import { askAs, askCustodian, patient as patientRecord } from '../consent/doors.mjs';
import { fromBase64, toBase64 } from '../sealing/coding.mjs';
import { NEEDED, Reencryption } from '../sealing/delegation.mjs';
import { readEnvelope, readFacts } from '../sealing/envelope.mjs';
import { join, readLock } from '../sealing/lock.mjs';
import { Place } from '../sealing/seal.mjs';

const PAGE = 30;
const AT_ONCE = 6;

/** A folder that was granted, with the chain's word on the patient's keys. */
export class Folder {
  constructor(home, granted, record) {
    Object.assign(this, { home, granted, record, patient: granted.patient });
  }

  static async of(home, granted) {
    return new Folder(home, granted, await patientRecord(granted.patient));
  }

  /** The grant of a category that lets this account's member append, and the newest key of it. */
  writing(category) {
    const grant = this.granted.grants.find((one) => one.category === category && one.opening.rights & 2);
    if (!grant) return null;
    const keys = this.record.keys.filter((key) => key.label === grant.opening.label);
    const newest = keys.reduce((last, key) => (key.epoch > (last?.epoch ?? 0) ? key : last), null);
    return newest && { grant: grant.grant, salt: grant.opening.salt, opening: grant.opening, key: { label: newest.label, epoch: newest.epoch, public: toBytes(newest.key) } };
  }

  /** A page of entries, newest first: `{lines, before}`. */
  page(before) {
    const past = before ? `&before=${before}` : '';
    return askAs(this.home, 'GET', `/api/records/${this.patient}/timeline?limit=${PAGE}${past}`);
  }

  /** What a line holds: `{state, entry}`, with `facts` and `opened` when it could be opened. */
  async open(line) {
    const { entry } = line;
    if (line.state !== 'sealed') return { state: line.state, entry };
    try {
      const place = new Place(this.patient, entry.file, entry.version);
      const envelope = readEnvelope(fromBase64(line.envelope), place, { envelope: entry.envelope, lock: entry.lock });
      const lock = readLock(envelope.lock);
      const usable = lock.shares.filter((share) => this.grantFor(share));
      if (usable.length < lock.needed) return { state: 'shut', entry };
      const parts = await Promise.all(usable.slice(0, lock.needed).map((share) => this.share(share, envelope, entry)));
      const dataKey = await join(lock.needed, parts);
      const facts = await readFacts(envelope, dataKey, place, entry.facts);
      return { state: 'open', entry, facts, opened: { envelope, facts, dataKey, place, relation: { keys: { accountKey: this.home.key } } } };
    } catch (error) {
      return { state: 'broken', entry, error };
    }
  }

  grantFor(share) {
    return this.granted.grants.find(({ opening }) => opening.label === share.label && opening.rights & 1);
  }

  /** One share of a lock, opened with what custodians answer. They are asked at once; one may fail or lie. */
  async share(share, envelope, entry) {
    const grant = this.grantFor(share);
    const key = this.record.keys.find((one) => one.label === share.label && one.epoch === share.epoch);
    const body = { grant: grant.grant, opening: grant.opening, file: entry.file, version: entry.version, lock: toBase64(envelope.lock) };
    const asked = grant.custodians.map(async (custodian) => fromBase64((await askCustodian(this.home, custodian, 'POST', '/reencryptions', body)).fragment));
    const verifying = toBytes(grant.verifyingKey ?? this.granted.verifyingKey);
    const delegation = new Reencryption({ verifying });
    const wanted = { capsule: share.capsule, ciphertext: share.share, delegating: toBytes(key.key) };
    const secrets = { reading: this.home.keys.readingSecret };
    const first = await some(asked, NEEDED);
    try {
      return await delegation.open(wanted, first, secrets);
    } catch (error) {
      const all = (await Promise.allSettled(asked)).filter((one) => one.status === 'fulfilled').map((one) => one.value);
      if (all.length <= first.length) throw error;
      return delegation.open(wanted, all, secrets);
    }
  }
}

/** The first `count` that are kept of some promises; throws the last refusal when too few are. */
function some(promises, count) {
  return new Promise((resolve, reject) => {
    const kept = [];
    let failed = 0;
    for (const promise of promises) {
      promise.then((value) => {
        kept.push(value);
        if (kept.length === count) resolve([...kept]);
      }, (error) => {
        failed += 1;
        if (failed > promises.length - count) reject(error);
      });
    }
  });
}

/** Work through items a few at a time, telling each result in its place. */
export async function eachOf(items, work, told) {
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, async () => {
    while (next < items.length) {
      const at = next;
      next += 1;
      told(at, await work(items[at]));
    }
  }));
}
