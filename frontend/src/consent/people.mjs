// Whoever sits at this device: the wallet's acting account, the relations of its words, and persons it acts for.
import { toBytes } from '../chain/bytes.mjs';
import { fromBase64 } from '../sealing/coding.mjs';
import { openLetter } from '../sealing/letters.mjs';
import { memberNames } from '../vault/naming.mjs';
import { person } from '../vault/person.mjs';
import * as wallet from '../wallet/vault.mjs';
import * as doors from './doors.mjs';
import { now, short, text } from './shell.mjs';

const SHARES = 5;

/**
 * Everything the pages need of the opened vault. `home` is the acting account with the wallet's own keys; `own` are
 * the relations, `others` the patients for whom `home` is a proxy, `guarded` those whose guardian it is. Letters are
 * opened here and nowhere else.
 */
export async function openPerson() {
  const found = await person();
  const home = { number: 0, keys: found.self, key: await wallet.key(), address: wallet.kept().address };
  const own = found.relations.map(({ number, keys, patient, facts, called }) => ({ number, keys, key: keys.accountKey, address: patient, record: facts, called }));
  const notes = Object.assign(found.notes, { openings: found.notes.openings ?? {}, people: found.notes.people ?? {} });
  const care = await doors.careOf(home);
  const me = { vault: found.vault, home, own, notes, keep: () => found.keep(), guarded: care.guarded };
  me.letters = (await Promise.all([home, ...own].map(readInbox))).flat();
  await takeIn(me);
  me.others = await Promise.all(care.entrusted.filter(({ until }) => until > now()).map(async ({ patient, until }) => (
    { address: patient, until, record: await doors.patient(patient), name: notes.people[patient]?.name ?? '' })));
  return me;
}

/** Letters to an account that open and say something; others stay where they are. */
export async function readInbox(to) {
  const letters = await doors.lettersOf(to);
  const secret = to.keys.inboxSecret;
  const opened = await Promise.all(letters.map(async ({ id, arrived, sealed }) => {
    try {
      const raw = await openLetter(secret, fromBase64(sealed));
      return { id, at: arrived, to, raw, content: JSON.parse(new TextDecoder().decode(raw)) };
    } catch {
      return null;
    }
  }));
  return opened.filter((letter) => typeof letter?.content?.kind === 'string');
}

/** What letters bring that must outlast them: copies of grants, cards of persons, shares held as a guardian. */
async function takeIn(me) {
  const { letters, notes, home } = me;
  let more = false;
  for (const { to, content } of letters) {
    if (content.kind === 'guardian-share' && to.number === 0 && content.from !== home.address) more = holdShare(notes, content) || more;
    const [place, id] = { granted: [notes.openings, content.grant], 'person-card': [notes.people, content.patient] }[content.kind] ?? [];
    const ours = content.kind === 'person-card' ? to.number === 0 : content.patient === to.address || content.opening?.grantee === to.address;
    if (!place || !ours || place[id]) continue;
    place[id] = content;
    for (const entry of content.grants ?? []) notes.openings[entry.grant] ??= entry;
    more = true;
  }
  if (more) await me.keep();
  await copyAgain(me);
}

/** Keep a guardian's share; the newest for a patient comes first. */
function holdShare(notes, content) {
  const held = notes.shares?.[content.patient] ?? [];
  if (held.some((one) => one.share === content.share)) return false;
  notes.shares = { ...notes.shares, [content.patient]: [content, ...held].slice(0, SHARES) };
  return true;
}

/** A letter does not wait for ever: copies of grants in force that are not in the own inbox any more are sent anew. */
async function copyAgain({ letters, notes, own }) {
  const there = new Set(letters.filter(({ content }) => content.kind === 'granted').map(({ content }) => content.grant));
  for (const entry of Object.values(notes.openings)) {
    const patient = own.find((one) => one.address === entry.patient);
    if (!patient || there.has(entry.grant) || entry.opening.until < now()) continue;
    await doors.sendLetter(patient, patient.address, toBytes(patient.record.inbox), entry);
  }
}

/** How a patient is called here: as noted at registering, else by its number; others by the name on their card. */
export function nameOfPatient(patient) {
  if (!patient.keys) return text('acting-for', { who: patient.name || short(patient.address) });
  return patient.called || text('relation', { n: patient.number, account: short(patient.address) });
}

/** Grants of a patient with what this device knows of them, newest first. */
export async function entriesOf({ notes }, patient) {
  const [rows, names] = await Promise.all([doors.grantsOf(patient), memberNames().catch(() => new Map())]);
  return rows.map((grant) => {
    const noted = notes.openings[grant.id] ?? {};
    return { ...noted, memberName: names.get(noted.member) || noted.memberName, ...grant, patient };
  });
}
