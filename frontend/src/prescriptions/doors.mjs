// The node's doors of prescriptions. A slip's secret and what it opens never go through them.
import { Refused, ask } from '../chain/doors.mjs';
import { askAs } from '../vault/doors.mjs';
import { sendFrom } from '../vault/sending.mjs';
import { open, readSlip } from './slips.mjs';

const DOOR = '/api/prescriptions';

export const right = (id) => ask('GET', `${DOOR}/${id}`);
export const rights = (query) => ask('GET', `${DOOR}?${new URLSearchParams(query)}`);
export const rules = () => ask('GET', `${DOOR}/rules`);
export const herbs = (q) => ask('GET', `/api/terms/herbs?q=${encodeURIComponent(q)}`);
export const codes = (kind, q) => ask('GET', `/api/terms/codes/${kind}?q=${encodeURIComponent(q)}`);
export const check = (prescription) => ask('POST', `${DOOR}/check`, { prescription });
export const replay = ({ prescription, rules: { version }, verdict }, language = '') => ask('POST', `${DOOR}/replay${language && `?lang=${language}`}`, { prescription, rules: version, verdict });
/** The version of a formula that a prescription follows, `null` when it follows none; what nobody knows is not dispensed. */
export const followed = ({ formula }) => (formula ? ask('GET', `/api/formulas/${formula.id}/versions/${formula.version}`).catch((error) => {
  if (error instanceof Refused) return { version: { dispensable: false } };
  throw error;
}) : Promise.resolve(null));
export const stock = (home) => askAs(home.key, 'GET', `${DOOR}/stock`);
export const keepSealed = (home, block) => askAs(home.key, 'POST', `${DOOR}/sealed`, block);
export const send = (home, name, args, told) => sendFrom(home, [{ contract: 'Prescriptions', name, args }], ({ state }) => told?.(state));

/** The one herb that a name means: `{herb}`, or `{herb: null, ambiguous, names}` to choose from; nothing by likeness. */
export async function herbNamed(name) {
  try {
    return { herb: (await ask('GET', `/api/terms/herbs/named?name=${encodeURIComponent(name)}`)).herb };
  } catch (error) {
    if (!(error instanceof Refused) || !/^term-/.test(error.code)) throw error;
    return { herb: null, ambiguous: error.code === 'term-ambiguous', names: error.details.choices ?? error.details.suggestions ?? [] };
  }
}

/** What the chain tells of a slip's prescription, and what the slip opens: `{slip, right, document}`. */
export async function openSlip(text) {
  const slip = readSlip(text);
  const found = await right(slip.id);
  const answer = await fetch(`${DOOR}/${slip.id}/sealed`);
  if (!answer.ok) throw new Refused(await answer.json());
  return { slip, right: found, document: await open(new Uint8Array(await answer.arrayBuffer()), slip.secret, found.content) };
}
