// How members are called here, and with whom a relation is.
import { ask } from '../chain/doors.mjs';

const FIRST = 50; // so many entries of a folder are looked through for the first that an institution wrote

let names = null;

/** Names of members by id, in the reader's language. */
export function memberNames() {
  names ??= members().then((list) => new Map(list.map((one) => [one.id, one.name])));
  names.catch(() => { names = null; });
  return names;
}

/** The consortium's members, of the kinds asked for: `[{id, name, kind, officer}]`. */
export async function members(kinds = []) {
  const english = document.documentElement.lang.startsWith('en');
  const query = kinds.map((kind) => `&kind=${kind}`).join('');
  const found = await ask('GET', `/api/members?limit=200&standing=Active${query}`);
  return found.members.map(({ id, kind, officer, profile }) => ({ id, kind, officer, name: (english && profile.name_en) || profile.name_zh }));
}

/**
 * Give relations their `called`: the own word for it, else the institution's name, else `''`. A wallet that was restored
 * has no notes of institutions; whoever wrote first in the folder is taken. No name is worth failing for.
 */
export async function nameRelations(person) {
  const known = await memberNames().catch(() => new Map());
  await Promise.all(person.relations.map(async (relation) => {
    if (!relation.note.name && !relation.note.member) relation.note.member = await firstWriter(relation.patient).catch(() => undefined);
    relation.called = relation.note.name || known.get(relation.note.member) || '';
  }));
}

async function firstWriter(patient) {
  const { entries } = await ask('GET', `/api/records/${patient}?limit=${FIRST}`);
  return entries.find((entry) => entry.member)?.member ?? undefined;
}
