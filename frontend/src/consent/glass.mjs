// Break-glass as a practitioner does it: the emergency category of a patient, opened with shares that custodians release.
import { toHex } from '../chain/bytes.mjs';
import { fromBase64, toBase64, utf8ToBytes } from '../sealing/coding.mjs';
import { openOwn } from '../sealing/delegation.mjs';
import { sha256 } from '../sealing/digest.mjs';
import { readEnvelope, readFacts, wholeBody } from '../sealing/envelope.mjs';
import { join, readLock, EMERGENCY_NEEDED } from '../sealing/lock.mjs';
import { Place } from '../sealing/seal.mjs';
import { sendFrom } from '../vault/sending.mjs';
import { blocksAs } from '../vault/doors.mjs';
import * as doors from './doors.mjs';

const PAGE = 200;

/** What the chain gets of a reason: SHA-256 of a salt and its words. */
export const reasonHash = (salt, reason) => sha256(utf8ToBytes(`${salt}${reason}`));

/** Ask for the emergency category of a patient; answers the salt that opens the reason. */
export async function breakGlass(home, patient, reason, told) {
  const salt = toHex(crypto.getRandomValues(new Uint8Array(32)));
  await sendFrom(home, [{ contract: 'Consent', name: 'breakGlass', args: [patient, reasonHash(salt, reason), home.keys.reading] }], told);
  return salt;
}

/** Entries of a patient's folder whose locks name custodians: newest versions of files of the emergency category. */
export async function emergencyFiles(home, patient) {
  const found = [];
  for (let before = 0, more = true; more; ) {
    const { lines } = await doors.askAs(home, 'GET', `/api/records/${patient}/timeline?limit=${PAGE}${before ? `&before=${before}` : ''}`);
    for (const { entry, envelope: sealed, state, newest } of lines) {
      if (state !== 'sealed' || newest === false) continue;
      const place = new Place(patient, entry.file, entry.version);
      const envelope = readEnvelope(fromBase64(sealed), place, { envelope: entry.envelope, lock: entry.lock });
      const lock = readLock(envelope.lock);
      if (lock.emergency.length) found.push({ entry, place, envelope, lock });
    }
    more = lines.length === PAGE;
    before = lines.at(-1)?.entry.number ?? 0;
  }
  return found;
}

/** Open a file under a break-glass: two custodians' shares give its data key. Answers facts, body and who refused. */
export async function openFile(home, glass, { entry, place, envelope, lock }) {
  const body = { patient: place.patient, file: place.file, version: place.version, lock: toBase64(envelope.lock), readingKey: toHex(home.keys.reading) };
  const asked = await Promise.allSettled(lock.emergency.map(async ({ custodian }) => {
    const { capsule, share } = await doors.askCustodian(home, custodian, 'POST', `/emergencies/${glass}/shares`, body);
    return openOwn(home.keys.readingSecret, fromBase64(capsule), fromBase64(share));
  }));
  const parts = asked.filter((one) => one.status === 'fulfilled').map((one) => one.value);
  if (parts.length < EMERGENCY_NEEDED) throw asked.find((one) => one.status === 'rejected').reason;
  const dataKey = await join(EMERGENCY_NEEDED, parts);
  const facts = await readFacts(envelope, dataKey, place, entry.facts);
  const content = envelope.body === null ? new Uint8Array(0) : await wholeBody(envelope, facts, dataKey, place, blocksAs(home.key));
  return { facts, content, served: parts.length, asked: asked.length };
}
