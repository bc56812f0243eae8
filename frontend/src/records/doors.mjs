// What the patient's pages ask of the node about folders, custodians and members.
import { ask } from '../chain/doors.mjs';
import { toBytes } from '../chain/bytes.mjs';
import { toBase64 } from '../sealing/coding.mjs';
import { askAs, askRaw } from '../vault/doors.mjs';

const PAGE = 50;

/**
 * Entries of a folder below a number, newest first: `{rows, before}`. A row is an entry with `sealed`, its envelope in
 * base64 (`null` without one), `state` and `newest`.
 */
export async function timeline(relation, before, limit = PAGE) {
  const past = before ? `&before=${before}` : '';
  const found = await askAs(relation.keys.accountKey, 'GET', `/api/records/${relation.patient}/timeline?limit=${limit}${past}`);
  return { before: found.before, rows: found.lines.map(({ entry, envelope, state, newest }) => ({ ...entry, sealed: envelope, state, newest })) };
}

/** The envelope of a version, in base64. */
export async function envelopeOf(relation, file, version) {
  const answer = await askRaw(relation.keys.accountKey, 'GET', `/api/records/${relation.patient}/files/${file}/versions/${version}/envelope`);
  return toBase64(new Uint8Array(await answer.arrayBuffer()));
}

/** Every version of a file, and where it comes from. */
export const origin = (relation, file) => askAs(relation.keys.accountKey, 'GET', `/api/records/${relation.patient}/files/${file}`);

export { memberNames, members } from '../vault/naming.mjs';

/** Grants to read a category of a relation that are in force: what the chain says, with what this device noted. */
export async function readersOf(person, relation, category) {
  const { grants } = await ask('GET', `/api/consent/grants?patient=${relation.patient}`);
  const now = Date.now() / 1000;
  return grants.filter((grant) => !grant.withdrawn && grant.until >= now).map((grant) => ({ ...person.notes.openings?.[grant.id], ...grant }))
    .filter((grant) => grant.category === category && grant.opening?.rights & 1);
}

/** Three custodians at three members, with their inbox keys; throws when there are fewer. */
export async function custodians() {
  const found = await ask('GET', '/api/custodians');
  const apart = [...new Map((found.custodians ?? found).map((one) => [one.member, one])).values()];
  if (apart.length < 3) throw Object.assign(new Error('custodians'), { sentence: 'few-custodians' });
  return apart.slice(0, 3).map((one) => ({ account: one.account, inbox: toBytes(one.inbox) }));
}

/** The patients that concern the person's ordinary account: as proxy, as guardian. */
export const entrusted = (person) => askAs(person.self.accountKey, 'GET', '/api/patients/mine');
