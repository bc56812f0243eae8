// Sealed letters to accounts that published an inbox.
import { ask } from '../chain/doors.mjs';
import { toBase64 } from '../sealing/coding.mjs';
import { sealJson } from '../sealing/letters.mjs';

/** Seal JSON for `{account, inbox}` (bytes) and hand it to the node, which keeps it until it is fetched. */
export async function sendLetter({ account, inbox }, content) {
  await ask('POST', `/api/letters/${account}`, { sealed: toBase64(await sealJson(inbox, content)) });
}
