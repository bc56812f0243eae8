// What can go wrong with keys and seals, under the codes and in the sentences of the node's own kit.
import { Refused } from '../chain/doors.mjs';
import ofSeals from '../../../src/tcmchain/crypto/templates/sentences.json' with { type: 'json' };
import ofBlocks from '../../../src/tcmchain/ipfs/templates/sentences.json' with { type: 'json' };

const sentences = { ...ofBlocks, ...ofSeals };

/** A refusal to throw: `code` as in the kit, `message` in the reader's language. */
export function refusal(code, details = {}) {
  const language = globalThis.document?.documentElement.lang.startsWith('en') ? 'en' : 'zh';
  const message = (sentences[code]?.[language] ?? code).replace(/\{(\w+)\}/g, (_, name) => details[name] ?? '');
  return new Refused({ code, message, details });
}

/** What `work` gives; anything that it throws becomes the refusal. */
export async function orRefuse(work, code, details) {
  try {
    return await work();
  } catch {
    throw refusal(code, details);
  }
}
