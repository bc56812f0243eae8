// Checks a certificate against the chain. Each finding is what was computed here, from what the node told.
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { headerHash, receiptsRoot } from './blocks.mjs';
import { keccakHex } from '../../chain/bytes.mjs';
import { actor, amounts, decodeEvent } from './events.mjs';
import { readTransaction } from './transactions.mjs';

const AT_ONCE = 6;
const MEMBER_OF = keccakHex(utf8ToBytes('memberOf(address)')).slice(0, 10);
const NOBODY = `0x${'0'.repeat(64)}`;

/** Asks one node over JSON-RPC. */
export function asker(url, fetch = globalThis.fetch) {
  let id = 0;
  return async (method, params) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: (id += 1), method, params });
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!answer.ok && answer.status !== 400) throw new Error(`HTTP ${answer.status}`);
    const { result, error } = await answer.json();
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    return result;
  };
}

/** Runs `work` over `list`, a few at a time. */
async function each(list, work) {
  const waiting = [...list.entries()];
  const results = new Array(list.length);
  const hand = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
  return results;
}

const plain = (value) => JSON.stringify(value, (_, found) => (
  found && typeof found === 'object' && !Array.isArray(found)
    ? Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1))) : found
));

// a reader may have tidied a fact (trimmed it, read "3" as 3), so texts of both are compared
function sameFact(shown, stated) {
  return plain(shown) === plain(stated) || String(shown) === String(stated).trim();
}

/** Whether a log of one of the ledgers that members have put in force says what the page shows of a step. */
export function agrees(step, log, ledgers) {
  if (!log || !ledgers.some((ledger) => ledger.toLowerCase() === log.address.toLowerCase())) return false;
  const found = decodeEvent(log);
  if (!found || found.event.toLowerCase() !== step.kind) return false;
  let stated;
  try { stated = JSON.parse(found.facts || '{}'); } catch { stated = {}; }
  return actor(found) === step.member
    && found.account === step.account.toLowerCase()
    && Number(found.happened) === step.happened
    && plain(amounts(found)) === plain([...step.amounts].sort())
    && Object.entries(step.facts).every(([key, value]) => sameFact(value, stated[key]));
}

/** Reads blocks and receipts once, then tells of each step and block whether it holds. */
export async function check(proofs, ask, progress = () => {}) {
  const numbers = [...new Set(proofs.steps.map((step) => step.block))];
  const total = numbers.length + new Set(proofs.steps.map((step) => step.tx)).size + 2;
  let done = 0;
  const tick = () => progress((done += 1) / total);
  const head = Number(await ask('eth_blockNumber', []));
  tick();
  const blocks = await each(numbers, async (number) => { const found = await block(number, ask); tick(); return found; });
  const byNumber = new Map(blocks.map((found) => [found.number, found]));
  const events = proofs.steps.map((step) => [step.id, agrees(step, byNumber.get(step.block)?.logs.get(step.logIndex), proofs.ledgers)
    && byNumber.get(step.block).logs.get(step.logIndex).transactionHash === step.tx]);
  const signatures = await signed(proofs, ask, tick);
  return {
    events: new Map(events),
    blocks: new Map(blocks.map((found) => [found.number, found.holds])),
    signatures,
    depth: head - Math.max(...numbers) + 1,
    newest: byNumber.get(Math.max(...numbers)),
  };
}

async function block(number, ask) {
  const tag = `0x${number.toString(16)}`;
  const [told, receipts] = await Promise.all([ask('eth_getBlockByNumber', [tag, false]), ask('eth_getBlockReceipts', [tag])]);
  if (!told || !receipts) return { number, hash: '', holds: false, logs: new Map() };
  const logs = new Map(receipts.flatMap((receipt) => receipt.logs).map((log) => [Number(log.logIndex), log]));
  const holds = headerHash(told) === told.hash && receiptsRoot(receipts) === told.receiptsRoot && Number(told.number) === number;
  return { number, hash: told.hash, holds, logs };
}

/** Of each step whether its account signed the transaction and acts for its member; `null` when a node cannot tell. */
async function signed(proofs, ask, tick) {
  const accounts = [...new Set(proofs.steps.map((step) => step.account.toLowerCase()))];
  const members = new Map(await each(accounts, async (account) => [account, await memberOf(proofs, account, ask)]));
  const hashes = [...new Set(proofs.steps.map((step) => step.tx))];
  try {
    const signers = new Map(await each(hashes, async (hash) => {
      const raw = await ask('eth_getRawTransactionByHash', [hash]);
      tick();
      const found = raw ? readTransaction(raw) : { hash: '', signer: '' };
      return [hash, found.hash === hash ? found.signer : ''];
    }));
    return new Map(proofs.steps.map((step) => {
      const account = step.account.toLowerCase();
      const member = members.get(account);
      return [step.id, signers.get(step.tx) === account && (member === step.member || member === NOBODY)];
    }));
  } catch (error) {
    if (error.code === -32601) return null;
    throw error;
  }
}

// an account that was dismissed since acts for nobody now; the contract let it act when the step was taken
async function memberOf(proofs, account, ask) {
  const data = `${MEMBER_OF}${account.slice(2).padStart(64, '0')}`;
  return ask('eth_call', [{ to: proofs.members, data }, 'latest']);
}

/** The hash by which each of the other members' nodes knows a block; empty for a node that does not answer. */
export async function peersKnow(proofs, newest) {
  if (!newest) return [];
  return each(proofs.peers, async (peer) => {
    try {
      const told = await asker(`${peer}${proofs.rpc}`)('eth_getBlockByNumber', [`0x${newest.number.toString(16)}`, false]);
      return told?.hash ?? '';
    } catch {
      return '';
    }
  });
}
