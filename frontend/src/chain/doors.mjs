// The node's doors: asking, and following a transaction.
const PAUSES = [60, 120, 250, 500, 1000];

/** A node's refusal: `message` is a sentence for people. */
export class Refused extends Error {
  constructor({ code, message, details }) {
    super(message);
    Object.assign(this, { code, details });
  }
}

export async function ask(method, path, body, headers = {}) {
  const json = body !== undefined && !(body instanceof Blob || body instanceof Uint8Array);
  const answer = await fetch(path, {
    method,
    headers: { accept: 'application/json', ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
    body: json ? JSON.stringify(body) : body,
  });
  const content = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(content ?? { code: 'unavailable', message: `HTTP ${answer.status}` });
  return content;
}

/** Follow a transaction; `told(state)` at every change. Throws the contract's refusal. */
export async function follow({ chain, tx }, told = () => {}) {
  let last = '';
  for (let turn = 0; ; turn += 1) {
    const found = await ask('GET', `/api/receipts/${chain}/${tx}`);
    if (found.state !== last) told(found);
    last = found.state;
    if (found.state === 'indexed') return found;
    if (found.state === 'failed') throw new Refused(found);
    await new Promise((go) => setTimeout(go, PAUSES[Math.min(turn, PAUSES.length - 1)]));
  }
}
