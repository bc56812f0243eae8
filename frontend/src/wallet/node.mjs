// The node's doors, as the wallet uses them.
import { note, noted } from '../app/account.mjs';
import { signText, signTransaction } from '../chain/accounts.mjs';
import { Refused, ask } from '../chain/doors.mjs';
import * as vault from './vault.mjs';

export { Refused, ask, follow } from '../chain/doors.mjs';

const IDS = { care: 720101, pharmacy: 720102, resources: 720103 };

export async function rpc(chain, method, params) {
  const { result, error } = await ask('POST', `/rpc/${chain}`, { jsonrpc: '2.0', id: 1, method, params });
  if (error) throw new Refused({ code: String(error.code), message: error.message });
  return result;
}

/** Sign in with the acting account (EIP-4361). */
export async function signIn() {
  const { address } = vault.kept();
  const { message } = await ask('GET', `/api/session/nonce?address=${address}`);
  // A node in the middle could hand on another node's message and sign in there.
  const [heading, account] = message.split('\n');
  if (!heading.startsWith(`${location.host} wants`) || account !== address) throw new Error('foreign sign-in message');
  const session = await ask('POST', '/api/session', { message, signature: signText(await vault.key(), message) });
  note({ address: session.address, member: session.member, kind: session.kind });
  return session;
}

/** Ask the node whether the session noted here still stands; sessions end after some hours. */
export async function checkSession() {
  if (!noted()) return;
  try {
    const { address, member, kind } = await ask('GET', '/api/session');
    note({ address, member, kind });
  } catch (error) {
    if (error.code === 'not-signed-in') note(null);
  }
}

export async function signOut() {
  note(null);
  await ask('DELETE', '/api/session');
}

/** Whether the node knows the acting account as signed in; signs in when the wallet is open. */
export async function ensureSession() {
  try {
    const session = await ask('GET', '/api/session');
    if (session.address === vault.kept()?.address) return session;
  } catch (error) {
    if (error.code !== 'not-signed-in') throw error;
  }
  return signIn();
}

/** Sign calls in order and hand them in, as the acting account or another; `told(done)` after each. Answers chains and hashes. */
export async function send(calls, told = () => {}, as = null) {
  const { key, address } = as ?? { key: await vault.key(), address: vault.kept().address };
  const nonces = {};
  const sent = [];
  for (const call of calls) {
    await checkChain(call);
    nonces[call.chain] ??= Number(await rpc(call.chain, 'eth_getTransactionCount', [address, 'pending']));
    const raw = signTransaction(key, { ...call, nonce: nonces[call.chain] });
    sent.push({ chain: call.chain, tx: await rpc(call.chain, 'eth_sendRawTransaction', [raw]) });
    nonces[call.chain] += 1;
    told(sent.length);
  }
  return sent;
}

const checked = {};
async function checkChain({ chain, chainId }) {
  checked[chain] ??= Number(await rpc(chain, 'eth_chainId', []));
  const foreign = Object.values(IDS).includes(checked[chain]) && IDS[chain] !== checked[chain];
  if (checked[chain] !== chainId || foreign) throw new Refused({ code: 'other-chain', message: `chain id ${chainId}` });
}
