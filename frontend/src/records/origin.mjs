// 文件溯源: who wrote a version, when, in which block, computed again here out of what the node tells of that block.
import declared from 'contracts:record-events';
import { readLog, topic } from '../chain/abi.mjs';
import { ask } from '../chain/doors.mjs';
import { headerHash, receiptsRoot } from '../provenance/verify/blocks.mjs';
import { readTransaction } from '../provenance/verify/transactions.mjs';
import { contracts } from '../vault/sending.mjs';

const APPENDED = declared.Records.find((entry) => entry.name === 'Appended');

async function rpc(method, params) {
  const { result, error } = await ask('POST', '/rpc/care', { jsonrpc: '2.0', id: 1, method, params });
  if (error) throw new Error(error.message);
  return result;
}

/**
 * Check one version against its block: `{block, logged, signed, depth}`, each true or false; `signed` is `null` when
 * the node keeps no raw transactions.
 */
export async function proveVersion(patient, file, version) {
  const tag = `0x${version.block.toString(16)}`;
  const [told, receipts, head, { addresses }] = await Promise.all([
    rpc('eth_getBlockByNumber', [tag, false]), rpc('eth_getBlockReceipts', [tag]), rpc('eth_blockNumber', []), contracts(),
  ]);
  if (!told || !receipts) return { block: false, logged: false, signed: false, depth: 0 };
  const block = headerHash(told) === told.hash && receiptsRoot(receipts) === told.receiptsRoot && Number(told.number) === version.block;
  const logs = receipts.filter((one) => one.transactionHash === version.tx).flatMap((one) => one.logs);
  const logged = logs.some((log) => log.address.toLowerCase() === addresses.Records.toLowerCase() && says(log, patient, file, version));
  return { block, logged, signed: await signedBy(version), depth: Number(head) - version.block + 1 };
}

function says(log, patient, file, version) {
  if (log.topics[0] !== topic(APPENDED)) return false;
  const found = readLog(APPENDED.inputs, log);
  const same = ['envelope', 'lock', 'facts', 'head'].every((name) => version[name] === undefined || found[name] === version[name]);
  return same && found.patient === patient.toLowerCase() && found.file === file && Number(found.version) === version.version
    && Number(found.number) === version.number && found.author === version.author.toLowerCase();
}

async function signedBy(version) {
  try {
    const raw = await rpc('eth_getRawTransactionByHash', [version.tx]);
    const found = raw ? readTransaction(raw) : { hash: '', signer: '' };
    return found.hash === version.tx && found.signer === version.author.toLowerCase();
  } catch {
    return null;
  }
}
