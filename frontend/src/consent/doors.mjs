// The node's doors, as pages of grants use them. Nothing that goes through them is a secret of the patient.
import { Refused, ask, follow } from '../chain/doors.mjs';
import { contracts } from '../vault/sending.mjs';
import { selector } from '../chain/abi.mjs';
import { encodeValues } from '../chain/calling.mjs';
import { toHex } from '../chain/bytes.mjs';
import { HEADER, signAsking } from '../sealing/askings.mjs';
import { toBase64, utf8ToBytes } from '../sealing/coding.mjs';
import { sealLetter } from '../sealing/letters.mjs';

export { Refused, ask, follow };

const PADDED = 1024;

/** What there is, or `null` when the node knows none. */
export async function known(path) {
  try {
    return await ask('GET', path);
  } catch (error) {
    if (error instanceof Refused && /unknown|not-found/.test(error.code)) return null;
    throw error;
  }
}

/** Ask as an account that signs the request, at this node. */
export const askAs = (account, method, path, body) => signed(account, method, path, path, location.origin, body);

/** Ask a custodian, through this node; what is signed is meant for that custodian alone. */
export const askCustodian = (account, custodian, method, path, body) => (
  signed(account, method, `/api/custodians/${custodian}${path}`, path, custodian, body));

function signed(account, method, path, target, audience, body) {
  const bytes = body === undefined ? new Uint8Array(0) : utf8ToBytes(JSON.stringify(body));
  const header = signAsking(account.key, { audience, method, target, body: bytes });
  const content = body === undefined ? undefined : bytes;
  return ask(method, path, content, { [HEADER]: header, ...(content ? { 'content-type': 'application/json' } : {}) });
}

export const patient = (account) => known(`/api/patients/${account}`);
export const reader = (account) => known(`/api/patients/readers/${account}`);
export const grantsOf = async (account) => (await ask('GET', `/api/consent/grants?patient=${account}`)).grants;
export const custodians = () => ask('GET', '/api/custodians');
export const member = (id) => known(`/api/members/${id}`);
export const members = async (q, kinds = []) => (await ask('GET', `/api/members?q=${encodeURIComponent(q)}${kinds.map((kind) => `&kind=${kind}`).join('')}&limit=20`)).members;
export const actingFor = (account) => known(`/api/members/by-account/${account}`);
export const licencesOf = (account) => ask('GET', `/api/practitioners/licences?holder=${account}`);

/** Put a letter into an account's box, sealed to its inbox (bytes); its length says little. */
export async function sendLetter(sender, account, inbox, content) {
  const raw = utf8ToBytes(JSON.stringify(content));
  const padded = new Uint8Array(Math.ceil(raw.length / PADDED) * PADDED).fill(32);
  padded.set(raw);
  return askAs(sender, 'POST', `/api/letters/${account}`, { sealed: toBase64(await sealLetter(inbox, padded)) });
}
export const lettersOf = async (account) => (await askAs(account, 'GET', `/api/letters/${account.address}`)).letters;
export const dropLetter = (account, id) => askAs(account, 'DELETE', `/api/letters/${account.address}/${id}`);
export const careOf = (account) => askAs(account, 'GET', '/api/patients/mine');

/** Hand a signed grant in and wait until it stands; answers its id. */
export async function handInGrant(grant, signature, told) {
  const handed = await ask('POST', '/api/consent/grants', { ...grant, signature });
  await follow({ chain: 'care', tx: handed.tx }, ({ state }) => told(state));
  return handed.grant;
}

/** What a contract answers to a question: `look('Custodians', 'proves', ['address', …], [...])`, as hex. */
export async function look(contract, name, types, given) {
  const { addresses } = await contracts();
  const data = selector({ name, inputs: types.map((type) => ({ type })) }) + toHex(encodeValues(types, given)).slice(2);
  const { result, error } = await ask('POST', '/rpc/care', { jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{ to: addresses[contract], data }, 'latest'] });
  if (error) throw new Refused({ code: String(error.code), message: error.message });
  return result;
}
