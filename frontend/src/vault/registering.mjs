// Registering, step by step; every step looks first whether it was done before, so that a broken-off one goes on.
import { toBytes, toHex } from '../chain/bytes.mjs';
import { Refused, ask } from '../chain/doors.mjs';
import { CATEGORIES } from '../sealing/keys.mjs';
import { RIGHTS, signGrant, writeGrant } from '../sealing/grants.mjs';
import { sendLetter } from './letters.mjs';
import { patientFacts, sender } from './person.mjs';
import { contracts, sendFrom } from './sending.mjs';

/** Register the account of a relation; `idNumber` is committed to and goes nowhere. */
export async function register(relation, idNumber, told) {
  if (await patientFacts(relation.patient)) return;
  await sendFrom(sender(relation), [{ contract: 'Patients', name: 'register', args: [relation.keys.identity(idNumber), relation.keys.inbox] }], told);
}

/** Put the first key of every category into force that has none yet. */
export async function setFirstKeys(relation, told) {
  const { keys: standing } = await patientFacts(relation.patient);
  const missing = CATEGORIES.filter((category) => !standing.some((key) => key.label === relation.keys.label(category)));
  if (!missing.length) return;
  const args = [relation.patient, missing.map((category) => relation.keys.label(category)), missing.map(() => 1), missing.map((category) => relation.keys.categoryPublic(category, 1))];
  await sendFrom(sender(relation), [{ contract: 'Patients', name: 'setKeys', args }], told);
}

/** The desk of a member, to which cards go: `{account, reading, inbox}`; `null` when it has none. */
export async function deskOf(member) {
  const here = (await ask('GET', '/api/records/desks')).find((desk) => desk.member === member);
  const accounts = here ? [here.account] : (await ask('GET', `/api/members/${member}`)).accounts.map((one) => one.address);
  for (const account of accounts) {
    try {
      const found = await ask('GET', `/api/patients/readers/${account}`);
      return { account: found.account, reading: toBytes(found.reading_key), inbox: toBytes(found.inbox) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return null;
}

/**
 * Hand the relation's card to a member: labels and public keys, by a sealed letter, no name and no id number. With it
 * goes a grant by which the member may write into the folder until a time (Unix seconds); reading takes another.
 * Answers the grants with their openings.
 */
export async function handCard(relation, member, { desk, until, purpose, custodians }, told) {
  const { keys, patient } = relation;
  const facts = await patientFacts(patient);
  const labels = Object.fromEntries(CATEGORIES.map((category) => {
    const label = keys.label(category);
    const newest = facts.keys.filter((key) => key.label === label).sort((a, b) => b.epoch - a.epoch)[0];
    return [category, { label, epoch: newest.epoch, key: newest.key }];
  }));
  const grants = [await letWrite(relation, member, { desk, until, purpose }, told)];
  await sendLetter(desk, { kind: 'relation-card', from: patient, patient, labels, vaultKey: toHex(keys.vaultKey), custodians, grants });
  return grants;
}

async function letWrite(relation, member, { desk, until, purpose }, told) {
  const { chainId, addresses } = await contracts();
  const { keys, patient } = relation;
  const { grant, opening, id } = writeGrant({ patient, label: keys.label('disease'), reader: desk, rights: RIGHTS.append, purpose, until, member });
  const signature = signGrant(keys.accountKey, grant, { chainId, contract: addresses.Consent });
  await sendFrom(sender(relation), [{ contract: 'Consent', name: 'grant', args: [grant, signature] }], told);
  return { grant: id, opening };
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Whether an id number of 18 characters has the right check character (GB 11643—1999); others are let through. */
export function plausibleId(text) {
  if (!/^\d{17}[\dXx]$/.test(text)) return !/^\d{15,18}$/.test(text) || text.length === 15;
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(text[at]), 0);
  return '10X98765432'[sum % 11] === text[17].toUpperCase();
}
