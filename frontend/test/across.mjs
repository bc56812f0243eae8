// What the browser derives, opens and makes, for the node's kit to hold against its own.
import { addressOf } from '../src/chain/accounts.mjs';
import { toHex } from '../src/chain/bytes.mjs';
import { signAsking } from '../src/sealing/askings.mjs';
import { FileCid, rawCid } from '../src/sealing/cid.mjs';
import { fromBase64, toBase64, utf8ToBytes } from '../src/sealing/coding.mjs';
import { Reencryption, Rewrap, encapsulate, openOwn, reencrypt } from '../src/sealing/delegation.mjs';
import { passerHash, termsHash, vaultBodyKey, vaultTag, whomHash, writerHash } from '../src/sealing/digest.mjs';
import { buildEnvelope, readEnvelope, readFacts } from '../src/sealing/envelope.mjs';
import { makeGrant } from '../src/sealing/grants.mjs';
import { CATEGORIES } from '../src/sealing/keys.mjs';
import { USES, openLetter, sealLetter } from '../src/sealing/letters.mjs';
import { makeLock, openLock, readLock } from '../src/sealing/lock.mjs';
import { openBody, openFacts, padFacts, paddedSize, sealBody, sealFacts, sealedSize } from '../src/sealing/seal.mjs';
import { combine, split } from '../src/sealing/shares.mjs';
import { attendingPhysician, categoryKey, custodians, keysOf, patient, place, readerOf, secondDevice } from './people.mjs';

const secretFor = (label, epoch) => {
  const category = CATEGORIES.find((one) => patient.label(one) === label);
  return category && patient.categorySecret(category, epoch);
};

function derived() {
  return {
    account: patient.account,
    labels: CATEGORIES.map((category) => patient.label(category)),
    categories: CATEGORIES.flatMap((category) => [1, 2].map((epoch) => toHex(patient.categoryPublic(category, epoch)))),
    keys: [patient.inbox, patient.reading, patient.verifying, patient.vaultKey, patient.idSalt].map(toHex),
    identity: patient.identity('11010519900307851X'),
  };
}

function hashed({ terms, member, sizes }) {
  const digest = new Uint8Array(32).fill(1);
  return {
    terms: termsHash({ ...terms, readingKey: attendingPhysician.reading }),
    names: [writerHash(terms.salt, member), passerHash(terms.salt, terms.grantee), whomHash(terms.salt, patient.account)],
    vault: [vaultTag(patient.vaultKey, digest), toHex(vaultBodyKey(patient.vaultKey, digest))],
    sizes: sizes.map((size) => [paddedSize(size), sealedSize(size)]),
  };
}

async function opened(given) {
  const key = fromBase64(given.dataKey);
  const lock = readLock(fromBase64(given.lock));
  const share = { delegating: patient.categoryPublic('vitals', 1), capsule: fromBase64(given.capsule), ciphertext: fromBase64(given.ciphertext) };
  const way = new Reencryption({ verifying: patient.verifying });
  const rewrapped = await new Rewrap(place, patient.account).open(share, [fromBase64(given.rewrapped)], keysOf(attendingPhysician));
  const envelope = readEnvelope(fromBase64(given.envelope), place, { envelope: given.envelopeHash, lock: given.lockHash });
  const letters = [];
  for (const [use, sealed] of Object.entries(given.letters)) letters.push(toBase64(await openLetter(attendingPhysician.inboxSecret, fromBase64(sealed), USES[use])));
  return {
    body: toBase64(await openBody(fromBase64(given.body), key, place.bodyContext)),
    facts: toBase64(await openFacts(fromBase64(given.facts), key, place)),
    letters,
    shares: toBase64(await combine(given.shares.map(fromBase64))),
    lock: toBase64(await openLock(lock, { secretFor, outside: [secondDevice.readingSecret] })),
    own: toBase64(await openOwn(patient.categorySecret('vitals', 1), share.capsule, share.ciphertext)),
    answered: toBase64(await way.open(share, given.answers.map(fromBase64), keysOf(attendingPhysician))),
    rewrapped: toBase64(rewrapped),
    told: await readFacts(envelope, key, place, given.commitment),
  };
}

async function made(given) {
  const key = fromBase64(given.dataKey);
  const { capsule, ciphertext } = await encapsulate(patient.categoryPublic('vitals', 1), key);
  const emergency = custodians.map(({ account, inbox }) => ({ account, inbox }));
  const lock = await makeLock(key, 2, [categoryKey('vitals'), categoryKey('emergency')], [secondDevice.reading], emergency, place.bound);
  const facts = await sealFacts(padFacts(utf8ToBytes(JSON.stringify({ type: 'note', title: '舌象' }))), key, place);
  const grant = await makeGrant({
    relation: patient, category: 'vitals', epochs: [1], reader: readerOf(attendingPhysician), custodians: emergency,
    rights: 7, purpose: '会诊', until: 1_900_000_000, member: given.member, consent: given.consent,
  });
  const [rewrapped] = await new Rewrap(place, patient.account).delegate(key, readerOf(attendingPhysician));
  const answers = [];
  for (const fragment of given.fragments) {
    answers.push(toBase64(await reencrypt(capsule, fromBase64(fragment), patient.verifying, patient.categoryPublic('vitals', 1), attendingPhysician.reading)));
  }
  const letters = {};
  for (const use of Object.keys(USES)) letters[use] = toBase64(await sealLetter(attendingPhysician.inbox, utf8ToBytes('请查收'), USES[use]));
  const file = new FileCid();
  await file.update(fromBase64(given.file));
  const built = buildEnvelope(place, { lock, facts, body: null, size: 0, bound: 'file' });
  return {
    body: toBase64(await sealBody(fromBase64(given.plain), key, place.bodyContext)),
    facts: toBase64(facts),
    letters,
    shares: (await split(key, 3, 5)).map(toBase64),
    lock: toBase64(lock),
    capsule: toBase64(capsule),
    ciphertext: toBase64(ciphertext),
    answers,
    rewrapped: toBase64(rewrapped.sealed),
    grant: { ...grant, verifying: toHex(grant.verifying), handed: grant.handed.map((one) => ({ ...one, sealed: toBase64(one.sealed) })) },
    asking: signAsking(patient.accountKey, { audience: 'https://a.example', method: 'post', target: '/x?y=1', body: utf8ToBytes('{}') }),
    asker: addressOf(patient.accountKey),
    envelope: toBase64(built.bytes),
    hashes: [built.hash, built.lockHash, built.cid],
    cids: [await rawCid(fromBase64(given.plain)), await file.finish()],
  };
}

export async function across(given) {
  return { derived: derived(), hashed: hashed(given), opened: await opened(given), made: await made(given) };
}

const median = (values) => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)];

/** Milliseconds that one grant of one category takes, signature and fragments included, over many. */
export async function timeGrants(times, consent) {
  const emergency = custodians.map(({ account, inbox }) => ({ account, inbox }));
  const taken = [];
  for (let number = 0; number < times; number += 1) {
    const started = performance.now();
    await makeGrant({
      relation: patient, category: 'vitals', epochs: [1], reader: readerOf(attendingPhysician), custodians: emergency,
      rights: 1, purpose: '会诊', until: 1_900_000_000 + number, consent,
    });
    taken.push(performance.now() - started);
  }
  return { first: taken[0], median: median(taken), most: Math.max(...taken) };
}

/** Milliseconds to seal and to open a blob of so many mebibytes. */
export async function timeSealing(mebibytes) {
  const key = new Uint8Array(32).fill(7);
  const body = crypto.getRandomValues(new Uint8Array(1 << 16));
  const blob = new Blob(Array(mebibytes * 16).fill(body));
  const { sealStream, openStream } = await import('../src/sealing/seal.mjs');
  let [sealed, gotten, started] = [0, 0, performance.now()];
  for await (const piece of sealStream(blob, key, place.bodyContext)) sealed += piece.length;
  const sealing = performance.now() - started;
  started = performance.now();
  for await (const piece of openStream(sealStream(blob, key, place.bodyContext), key, place.bodyContext)) gotten += piece.length;
  return { sealing, both: performance.now() - started, sealed, opened: gotten };
}

