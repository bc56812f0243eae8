// Granting: signed here, handed in, fragments to three custodians, the opening to who may use it.
import { toBytes, toHex } from '../chain/bytes.mjs';
import { toBase64 } from '../sealing/coding.mjs';
import { FRAGMENTS, Reencryption } from '../sealing/delegation.mjs';
import { signGrant, writeGrant } from '../sealing/grants.mjs';
import { contracts, sendFrom } from '../vault/sending.mjs';
import * as doors from './doors.mjs';
import { READ, standing } from './sentences.mjs';
import { chainState, now } from './shell.mjs';

/** Three custodians at three different members: the wished ones first, then others as the list has them. */
export function chooseCustodians(all, wished = []) {
  const chosen = [];
  const first = [...all].sort((a, b) => wished.includes(b.account) - wished.includes(a.account));
  for (const one of first) {
    if (!chosen.some((other) => other.member === one.member)) chosen.push(one);
    if (chosen.length === FRAGMENTS) return chosen;
  }
  return null;
}

/** Hand the fragments of one epoch to a grant's custodians; `told(done)` after each. */
export async function handFragments(patient, entry, epoch, holders, told = () => {}) {
  const { keys } = patient;
  const delegation = new Reencryption({ signing: keys.fragmentSecret, custodians: holders.map(({ account, inbox }) => ({ account, inbox: toBytes(inbox) })) });
  const handed = await delegation.delegate(keys.categorySecret(entry.category, epoch), { reading: toBytes(entry.opening.readingKey) });
  let done = 0;
  await Promise.all(handed.map(async ({ holder, sealed }) => {
    const delegatingKey = toHex(keys.categoryPublic(entry.category, epoch));
    const body = { grant: entry.grant, opening: entry.opening, epoch, sealed: toBase64(sealed), verifyingKey: toHex(delegation.verifying), delegatingKey };
    await doors.askCustodian(patient, holder, 'POST', '/fragments', body);
    done += 1;
    told(done);
  }));
}

/** The epochs of a label that a patient has keys for. */
export const epochsOf = ({ record }, label) => record.keys.filter((key) => key.label === label).map((key) => key.epoch).sort((a, b) => a - b);

/** Grant a wish from beginning to end, in five steps that the page shows. Answers the notebook's entry. */
export async function grantWish(person, patient, wish, steps) {
  const reader = { account: wish.grantee.account, reading: toBytes(wish.grantee.readingKey) };
  const { rights, purpose, until, category } = wish;
  const terms = { patient: patient.address, label: patient.keys.label(category), reader, rights, purpose, until, member: wish.grantee.member };
  const { grant, opening } = writeGrant(terms);
  const signature = await steps.take(0, async () => {
    const { chainId, addresses } = await contracts();
    return signGrant(patient.key, grant, { chainId, contract: addresses.Consent });
  });
  const id = await steps.take(1, (told) => doors.handInGrant(grant, signature, (state) => told(chainState(state))));
  const entry = entryOf(patient, wish, { id, opening });
  await steps.take(2, async (told) => {
    if (!(rights & READ)) return;
    for (const epoch of epochsOf(patient, opening.label)) {
      await handFragments(patient, entry, epoch, wish.custodians, (done) => told(`${done}/${FRAGMENTS}`));
    }
  });
  await steps.take(3, () => tell(patient, wish, entry));
  await steps.take(4, async () => {
    person.notes.openings[id] = entry;
    await person.keep();
  });
  return entry;
}

function entryOf(patient, { category, custodians, grantee }, { id, opening }) {
  const keys = Object.fromEntries(epochsOf(patient, opening.label).map((epoch) => [epoch, toHex(patient.keys.categoryPublic(category, epoch))]));
  return {
    kind: 'granted', from: patient.address, patient: patient.address, grant: id, opening, category, keys,
    verifyingKey: toHex(patient.keys.verifying), custodians: custodians.map((holder) => holder.account),
    name: grantee.name ?? '', member: grantee.member ?? '', memberName: grantee.memberName ?? '', at: now(),
  };
}

/** The opening as a letter to the grantee, unless an answer takes it along, and a copy to the own inbox for other devices. */
async function tell(patient, { grantee, answered }, entry) {
  if (!answered) await doors.sendLetter(patient, grantee.account, toBytes(grantee.inbox), entry);
  await doors.sendLetter(patient, patient.address, toBytes(patient.record.inbox), entry);
}

/** Whether withdrawing a grant gives its category a new key: it let somebody read, and this device has the keys. */
export const rotates = (patient, entry) => Boolean(patient.keys?.number && entry.opening && entry.opening.rights & READ);

/**
 * Withdraw a grant as an account that may; when it let somebody read, new files get a new key, which those who still
 * may read can open. `patient.keys` is missing when somebody else's device acts.
 */
export async function withdrawGrant(sender, patient, entry, others, steps) {
  const told = (tell) => ({ state }) => tell(chainState(state));
  await steps.take(0, (tell) => sendFrom(sender, [{ contract: 'Consent', name: 'withdraw', args: [entry.id] }], told(tell)));
  if (!rotates(patient, entry)) return;
  const { label } = entry.opening;
  const epoch = (epochsOf(patient, label).at(-1) ?? 0) + 1;
  await steps.take(1, async (tell) => {
    const args = [patient.address, [label], [epoch], [patient.keys.categoryPublic(entry.category, epoch)]];
    await sendFrom(sender, [{ contract: 'Patients', name: 'setKeys', args }], told(tell));
    patient.record = await doors.patient(patient.address);
  });
  await steps.take(2, (tell) => renewFragments(patient, label, epoch, others.filter((other) => other.id !== entry.id), tell));
}

/** Fragments of a new epoch for all grants of a label that are in force. */
async function renewFragments(patient, label, epoch, entries, told) {
  const all = await doors.custodians();
  const still = entries.filter((entry) => entry.opening?.label === label && entry.opening.rights & READ && standing(entry, now()) === 'force');
  for (const [at, entry] of still.entries()) {
    const holders = entry.custodians.map((account) => all.find((one) => one.account === account)).filter(Boolean);
    await handFragments(patient, { ...entry, grant: entry.id }, epoch, holders);
    told(`${at + 1}/${still.length}`);
  }
}
