// The person at this device: the relations that the words give, joined here and nowhere else.
import { ask } from '../chain/doors.mjs';
import { openVault } from '../sealing/keys.mjs';
import { nameRelations } from './naming.mjs';
import { readNotes, writeNotes } from './notes.mjs';

const GAP = 3; // so many unknown relations in a row, and no further one is looked for

/** What the chain knows of a patient, `null` for an unknown one. */
export const patientFacts = (patient) => ask('GET', `/api/patients/${patient}/registration`);

/** The open wallet as a person; throws when it is locked. */
export async function person() {
  const vault = await openVault();
  const self = vault.relation(0);
  const notes = await readNotes(self.vaultKey);
  const relations = await registered(vault, notes);
  const found = new Person(vault, self, notes, relations);
  await nameRelations(found);
  return found;
}

async function registered(vault, notes) {
  const found = [];
  const last = Math.max(0, ...Object.keys(notes.relations ?? {}).map(Number));
  for (let next = 1, missing = 0; missing < GAP || next <= last; ) {
    const batch = await Promise.all(Array.from({ length: GAP }, (_, at) => relationOf(vault, next + at, notes)));
    for (const relation of batch) {
      missing = relation.facts ? 0 : missing + 1;
      if (relation.facts) found.push(relation);
    }
    next += GAP;
  }
  return found;
}

/** A relation with what is known of it; `facts` is `null` before it is registered. */
export async function relationOf(vault, number, notes = {}) {
  const keys = vault.relation(number);
  return { number, keys, patient: keys.account, note: notes.relations?.[number] ?? {}, facts: await patientFacts(keys.account) };
}

class Person {
  constructor(vault, self, notes, relations) {
    Object.assign(this, { vault, self, notes, relations });
  }

  relation(patient) {
    return this.relations.find((one) => one.patient.toLowerCase() === patient.toLowerCase());
  }

  /** The number of a relation that is not registered yet. */
  get next() {
    return Math.max(0, ...this.relations.map((one) => one.number)) + 1;
  }

  /** Keep what is known of a relation on this device. */
  async note(number, known) {
    this.notes.relations = { ...this.notes.relations, [number]: { ...this.notes.relations?.[number], ...known } };
    await this.keep();
  }

  async keep() {
    await writeNotes(this.self.vaultKey, this.notes);
  }
}

/** `{key, address}` of a relation, as transactions are sent from it. */
export const sender = ({ keys }) => ({ key: keys.accountKey, address: keys.account });
