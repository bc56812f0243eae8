// Asking a patient: a sealed letter says who wants what and why; the chain gets commitments to it.
import { toBytes, toHex } from '../chain/bytes.mjs';
import { utf8ToBytes } from '../sealing/coding.mjs';
import { sha256, whomHash } from '../sealing/digest.mjs';
import { askAs, known, sendLetter } from '../consent/doors.mjs';
import { sendFrom } from '../vault/sending.mjs';

/** Publish the keys under which this account reads, so that patients can grant to it. */
export const publishReader = ({ home }, told) => sendFrom(home, [{ contract: 'Patients', name: 'publishReader', args: [home.keys.reading, home.keys.inbox] }], told);

/**
 * The letter of a request. Its JSON is what the chain's `terms` commits to; `blind` never comes to the chain, as the
 * salt does with the answer, so that nobody finds categories and purpose by trying.
 */
export const letterOf = (home, offer, id, wish) => ({
  kind: 'request', request: id, salt: offer.salt, patient: offer.patient, doctor: { account: home.address, name: wish.name, member: wish.member, licence: wish.licence },
  readingKey: toHex(home.keys.reading), inbox: toHex(home.keys.inbox), categories: wish.categories, rights: wish.rights, purpose: wish.purpose, until: wish.until,
  blind: toHex(crypto.getRandomValues(new Uint8Array(32))),
});

/** Ask: on the chain first, then by letter; throws when another request of this account came in between. */
export async function askPatient({ home }, offer, wish, told) {
  const { id } = await askAs(home, 'GET', '/api/encounters/requests/next');
  const letter = letterOf(home, offer, id, wish);
  const terms = sha256(utf8ToBytes(JSON.stringify(letter)));
  await sendFrom(home, [{ contract: 'Encounters', name: 'request', args: [whomHash(offer.salt, offer.patient), terms, wish.until] }], told);
  const visit = await known(`/api/encounters/${id}`);
  if (visit?.terms !== terms) throw new Error('asked-twice');
  await sendLetter(home, offer.patient, toBytes(offer.inbox), letter);
  return letter;
}
