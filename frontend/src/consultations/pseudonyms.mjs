// Accounts that a person asks with: one for each question, out of the vault's seed, joined by nobody who lacks it.
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { addressOf } from '../chain/accounts.mjs';
import { Refused, ask } from '../chain/doors.mjs';
import { signAsking } from '../sealing/askings.mjs';
import { scalar } from '../sealing/keys.mjs';
import { seed } from '../wallet/vault.mjs';

const SALT = utf8ToBytes('tcmchain.keys.1');
const GAP = 2; // so many accounts in a row that asked nothing, and no further one is looked for
const MOST = 200;

/** The account of a number: `{key, address}`; the vault has to be open. */
export async function pseudonym(number) {
  const key = scalar(hkdf(sha256, await seed(), SALT, utf8ToBytes(`consultation/${number}/account`), 48));
  return { key, address: addressOf(key) };
}

const asked = async ({ address }) => (await ask('GET', `/api/consultations/questions?asker=${address}&limit=100`)).questions
  .concat((await ask('GET', `/api/consultations/questions?asker=${address}&state=erased&limit=100`)).questions);

/** What this vault asked so far, the newest first, and the first account that asked nothing yet. */
export async function history() {
  const questions = [];
  let free = null;
  for (let number = 0, gap = 0; number < MOST && gap < GAP; number += 1) {
    const account = await pseudonym(number);
    const found = await asked(account);
    free ??= found.length ? null : account;
    gap = found.length ? 0 : gap + 1;
    questions.push(...found);
  }
  return { questions: questions.sort((a, b) => b.asked - a.asked), free };
}

/** The account of this vault that has an address, `null` when it is another's. */
export async function whose(address) {
  for (let number = 0; number < MOST; number += 1) {
    const account = await pseudonym(number);
    if (account.address === address) return account;
  }
  return null;
}

/** Ask a door as a pseudonym; the session's cookie stays behind, so that the request does not name the wallet. */
export async function askAs(key, path, body) {
  const bytes = body === undefined ? undefined : utf8ToBytes(JSON.stringify(body));
  const header = signAsking(key, { audience: location.origin, method: 'POST', target: path, body: bytes });
  const headers = { accept: 'application/json', 'X-Tcmchain-Asking': header, ...(bytes ? { 'content-type': 'application/json' } : {}) };
  const answer = await fetch(path, { method: 'POST', body: bytes, headers, credentials: 'omit' });
  const content = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(content ?? { code: 'unavailable', message: `HTTP ${answer.status}` });
  return content;
}
