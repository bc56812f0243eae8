// What opens in the browser, what does not, and what is said of it.
import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdtempSync, openAsBlob, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { concatBytes, utf8ToBytes } from '../src/sealing/coding.mjs';
import { Reencryption, encapsulate, fragments, isTrue, openOwn, openReencrypted, reencrypt } from '../src/sealing/delegation.mjs';
import { sha256 } from '../src/sealing/digest.mjs';
import { buildEnvelope, readEnvelope, readFacts } from '../src/sealing/envelope.mjs';
import { Vault } from '../src/sealing/keys.mjs';
import { USES, openLetter, sealLetter } from '../src/sealing/letters.mjs';
import { makeLock, openLock, readLock } from '../src/sealing/lock.mjs';
import { Place, Sealing, openBody, openFacts, openStream, padFacts, sealBody, sealFacts, sealedSize } from '../src/sealing/seal.mjs';
import { combine, split } from '../src/sealing/shares.mjs';
import { attendingPhysician, categoryKey, custodians, patient, place, secondDevice, stranger } from './people.mjs';

const key = new Uint8Array(32).fill(7);
const context = place.bodyContext;
const body = (size) => Uint8Array.from({ length: size }, (_, at) => at % 251);
const broken = (part) => ({ code: 'seal-broken', details: { part } });
const all = async (pieces) => {
  const found = [];
  for await (const piece of pieces) found.push(piece);
  return concatBytes(...found);
};

for (const size of [0, 1, 1015, 1016, 1017, 16375, 16376, 16377, 1 << 20, 1_500_000]) {
  test(`a body of ${size} bytes opens again`, async () => {
    const sealed = await sealBody(body(size), key, context);
    assert.equal(sealed.length, sealedSize(size));
    assert.deepEqual(await openBody(sealed, key, context), body(size));
  });
}

test('a seal goes on from any offset', async () => {
  const sealing = new Sealing(new Blob([body(1_500_000)]), key, context);
  const whole = await all(sealing.from());
  assert.equal(whole.length, sealing.size);
  for (const offset of [0, 1, 55, 56, 57, 16455, 16456, 16457, 1_049_656, 1_200_000, whole.length - 1, whole.length]) {
    assert.deepEqual(await all(sealing.from(offset)), whole.subarray(offset), `from ${offset}`);
  }
});

test('progress tells sealed bytes up to the last', async () => {
  const told = [];
  const sealing = new Sealing(new Blob([body(3_000_000)]), key, context);
  await all(sealing.from(0, (done) => told.push(done)));
  assert.equal(told.at(-1), sealing.size);
  assert.deepEqual(told, [...told].sort((left, right) => left - right));
});

test('an altered, cut, lengthened or reordered body is refused', async () => {
  const sealed = await sealBody(body(50_000), key, context);
  const [front, step] = [56, 16 * 1024 + 16];
  const flipped = sealed.slice();
  flipped[100] ^= 1;
  const [first, second] = [sealed.subarray(front, front + step), sealed.subarray(front + step, front + 2 * step)];
  const spoilt = [
    flipped, sealed.subarray(0, -1), sealed.subarray(0, front + step), sealed.subarray(0, front), new Uint8Array(0),
    concatBytes(sealed.subarray(0, front), second, first, sealed.subarray(front + 2 * step)),
    concatBytes(sealed, Uint8Array.of(0)), concatBytes(sealed, first),
  ];
  for (const one of spoilt) await assert.rejects(openBody(one, key, context), broken('body'));
});

test('another key or place does not open', async () => {
  const sealed = await sealBody(body(100), key, context);
  const others = [new Place(place.patient, place.file, 2), new Place(stranger.account, place.file, 1), new Place(place.patient, `0x${'cd'.repeat(32)}`, 1)];
  await assert.rejects(openBody(sealed, new Uint8Array(32), context), broken('body'));
  await assert.rejects(openBody(sealed, key, place.vaultContext), broken('body'));
  for (const other of others) await assert.rejects(openBody(sealed, key, other.bodyContext), broken('body'));
});

test('facts open with their key and place only', async () => {
  const sealed = await sealFacts(padFacts(utf8ToBytes('{"type":"note"}')), key, place);
  assert.equal((await openFacts(sealed, key, place)).length, 256);
  await assert.rejects(openFacts(sealed, new Uint8Array(32), place), broken('facts'));
  await assert.rejects(openFacts(sealed, key, new Place(place.patient, place.file, 2)), broken('facts'));
  await assert.rejects(openFacts(sealed.subarray(0, 20), key, place), broken('facts'));
});

test('a letter opens with one key, for one use', async () => {
  const sealed = await sealLetter(attendingPhysician.inbox, utf8ToBytes('content'), USES.fragment);
  assert.deepEqual(await openLetter(attendingPhysician.inboxSecret, sealed, USES.fragment), utf8ToBytes('content'));
  await assert.rejects(openLetter(stranger.inboxSecret, sealed, USES.fragment), broken('letter'));
  await assert.rejects(openLetter(attendingPhysician.inboxSecret, sealed, USES.letter), broken('letter'));
  await assert.rejects(openLetter(attendingPhysician.inboxSecret, sealed.subarray(0, 40), USES.fragment), broken('letter'));
  await assert.rejects(sealLetter(new Uint8Array(31), utf8ToBytes('content')), { code: 'key-unfit' });
});

test('shares that cannot belong together are refused', async () => {
  assert.deepEqual(await combine((await split(key, 2, 3)).slice(1)), key);
  await assert.rejects(combine([]), { code: 'shares-unfit' });
  await assert.rejects(split(key, 4, 3), { code: 'shares-unfit' });
  assert.notDeepEqual(await combine((await split(key, 3, 5)).slice(0, 2)), key);
});

test('the key of one category does not open another', async () => {
  const { capsule, ciphertext } = await encapsulate(patient.categoryPublic('vitals', 1), key);
  assert.deepEqual(await openOwn(patient.categorySecret('vitals', 1), capsule, ciphertext), key);
  for (const secret of [patient.categorySecret('disease', 1), patient.categorySecret('vitals', 2), stranger.categorySecret('vitals', 1)]) {
    await assert.rejects(openOwn(secret, capsule, ciphertext), broken('share'));
  }
  await assert.rejects(openOwn(patient.categorySecret('vitals', 1), capsule.subarray(1), ciphertext), broken('share'));
  await assert.rejects(encapsulate(new Uint8Array(33), key), { code: 'key-unfit' });
});

test('two true answers open, a lie is set aside, one is too few', async () => {
  const [delegating, { verifying, fragmentSecret }, { reading, readingSecret }] = [patient.categoryPublic('vitals', 1), patient, attendingPhysician];
  const { capsule, ciphertext } = await encapsulate(delegating, key);
  const made = await fragments(patient.categorySecret('vitals', 1), reading, fragmentSecret);
  const answers = await Promise.all(made.map((one) => reencrypt(capsule, one, verifying, delegating, reading)));
  const share = { delegating, capsule, ciphertext };
  const lie = utf8ToBytes('a lie');
  assert.deepEqual(await openReencrypted(readingSecret, share, [lie, answers[0], answers[2]], verifying), key);
  await assert.rejects(openReencrypted(readingSecret, share, [lie, lie, answers[0]], verifying), { code: 'fragments-too-few', details: { needed: 2, true: 1, shown: 3 } });
  await assert.rejects(openReencrypted(readingSecret, share, [answers[0], answers[0]], verifying), { code: 'fragments-too-few' });
  await assert.rejects(openReencrypted(stranger.readingSecret, share, answers, verifying), { code: 'fragments-too-few' });
  await assert.rejects(reencrypt(capsule, made[0], verifying, delegating, stranger.reading), { code: 'fragment-unfit' });
  assert.equal(await isTrue(answers[0], { capsule, verifying, delegating, reading }), true);
  assert.equal(await isTrue(lie, { capsule, verifying, delegating, reading }), false);
  await assert.rejects(new Reencryption({ signing: fragmentSecret, custodians: [custodians[0]] }).delegate(patient.categorySecret('vitals', 1), { reading }), { code: 'fragment-unfit' });
});

test('a lock of two keys needs both, and tells so', async () => {
  const lock = readLock(await makeLock(key, 2, [categoryKey('sensitive')], [secondDevice.reading]));
  const secretFor = () => patient.categorySecret('sensitive', 1);
  assert.deepEqual(await openLock(lock, { secretFor, outside: [secondDevice.readingSecret] }), key);
  await assert.rejects(openLock(lock, { secretFor }), { code: 'lock-shut', details: { needed: 2, shown: 1 } });
  await assert.rejects(openLock(lock, { secretFor: () => patient.categorySecret('vitals', 1) }), broken('share'));
  await assert.rejects(makeLock(key, 3, [categoryKey('vitals')]), { code: 'lock-unreadable' });
});

test('bytes that are no lock are refused', () => {
  for (const text of ['', '[]', '{}', '{"needed":0,"shares":[],"outside":[]}', '{"needed":1,"shares":[],"outside":[]}', 'x'.repeat(70_000)]) {
    assert.throws(() => readLock(utf8ToBytes(text)), { code: 'lock-unreadable' });
  }
});

test('an envelope is the one that the chain tells of, for its place', async () => {
  const lock = await makeLock(key, 1, [categoryKey('vitals')]);
  const padded = padFacts(utf8ToBytes('{"type":"note"}'));
  const built = buildEnvelope(place, { lock, facts: await sealFacts(padded, key, place), body: null, size: 0, bound: 'file' });
  const envelope = readEnvelope(built.bytes, place, { envelope: built.hash, lock: built.lockHash });
  assert.deepEqual(await readFacts(envelope, key, place, sha256(padded)), { type: 'note' });
  const unfit = (reason) => ({ code: 'envelope-unfit', details: { reason } });
  assert.throws(() => readEnvelope(built.bytes, place, { envelope: sha256(key) }), unfit('hash'));
  assert.throws(() => readEnvelope(built.bytes, place, { lock: sha256(key) }), unfit('lock'));
  assert.throws(() => readEnvelope(built.bytes, new Place(place.patient, place.file, 2)), unfit('place'));
  assert.throws(() => readEnvelope(utf8ToBytes('{}'), place), unfit('shape'));
  await assert.rejects(readFacts(envelope, key, place, sha256(key)), unfit('facts'));
});

test('words of no wallet are refused in a sentence', () => {
  assert.throws(() => Vault.fromWords('legal winner'), (error) => error.code === 'words-unknown' && error.message.includes('助记词'));
  assert.throws(() => Vault.fromWords('legal '.repeat(12)), { code: 'words-unknown' });
});

test('a gibibyte is sealed and opened within bounded memory', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealing-'));
  try {
    const file = openSync(join(folder, 'large'), 'w');
    ftruncateSync(file, 2 ** 30);
    closeSync(file);
    const blob = await openAsBlob(join(folder, 'large'));
    const before = process.memoryUsage.rss();
    let [most, opened] = [0, 0];
    for await (const piece of openStream(new Sealing(blob, key, context).from(), key, context)) {
      opened += piece.length;
      most = Math.max(most, process.memoryUsage.rss() - before);
    }
    assert.equal(opened, 2 ** 30);
    assert.ok(most < 256 * 2 ** 20, `${Math.round(most / 2 ** 20)} MiB`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

