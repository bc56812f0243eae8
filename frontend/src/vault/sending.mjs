// Transactions that a patient's own account sends: each is made, signed and followed from here.
import { signTransaction } from '../chain/accounts.mjs';
import { calldata } from '../chain/calling.mjs';
import { Refused, ask, follow } from '../chain/doors.mjs';

const CHAIN = 'care';
const SPARE = 5; // estimates run on the state of now; a fifth more than they say is enough for that of later

let known = null;

async function rpc(method, params) {
  const { result, error } = await ask('POST', `/rpc/${CHAIN}`, { jsonrpc: '2.0', id: 1, method, params });
  if (error) throw new Refused({ code: String(error.code), message: error.message });
  return result;
}

/** Where the contracts of chain `care` stand, and the chain's number. */
export function contracts() {
  known ??= Promise.all([ask('GET', '/api/directory'), rpc('eth_chainId', [])]).then(([rows, id]) => ({
    chainId: Number(id),
    addresses: Object.fromEntries(rows.filter((row) => row.chain === CHAIN).map((row) => [row.contract, row.address])),
  }));
  known.catch(() => { known = null; });
  return known;
}

/**
 * Send calls `{contract, name, args}` in order from an account; each is followed until it is indexed.
 * `told({at, of, state, tx})` at every change of each. Answers the receipts; throws the contract's refusal.
 */
export async function sendFrom({ key, address }, calls, told = () => {}) {
  const { chainId, addresses } = await contracts();
  let nonce = Number(await rpc('eth_getTransactionCount', [address, 'pending']));
  const found = [];
  for (const [at, { contract, name, args }] of calls.entries()) {
    const call = { to: addresses[contract], data: calldata(contract, name, args) };
    const gas = await needed(address, call);
    const tx = await rpc('eth_sendRawTransaction', [signTransaction(key, { chainId, nonce, gas, ...call })]);
    nonce += 1;
    told({ at, of: calls.length, state: 'submitted', tx });
    found.push(await follow({ chain: CHAIN, tx }, ({ state }) => told({ at, of: calls.length, state, tx })));
  }
  return found;
}

const MOST = 2_000_000;

// A call that would be refused is sent all the same: the receipt then tells why, in words.
async function needed(from, call) {
  try {
    const gas = Number(await rpc('eth_estimateGas', [{ from, ...call }]));
    return gas + Math.ceil(gas / SPARE);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return MOST;
  }
}
