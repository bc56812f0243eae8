// Signed askings: a request that an account signs by itself, as src/tcmchain/web/askings.py reads it.
import { addressOf, signText } from '../chain/accounts.mjs';
import { toHex } from '../chain/bytes.mjs';
import { toBase64, utf8ToBytes } from './coding.mjs';
import { sha256 } from './digest.mjs';

export const HEADER = 'X-Tcmchain-Asking';

const addresses = new WeakMap();

/** The account of a key, which many askings in a row have: deriving it takes as long as signing. */
function accountOf(key) {
  if (!(key instanceof Uint8Array)) return addressOf(key);
  if (!addresses.has(key)) addresses.set(key, addressOf(key));
  return addresses.get(key);
}

/** The header for a request: `target` is path with query, `body` bytes, `audience` an origin or a custodian's account. */
export function signAsking(key, { audience, method, target, body = new Uint8Array(0), at = Math.floor(Date.now() / 1000) }) {
  const account = accountOf(key);
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(32)));
  const text = `tcmchain asking\n${audience}\n${method.toUpperCase()} ${target}\n${sha256(body).slice(2)}\n${account}\n${at}\n${nonce}`;
  return toBase64(utf8ToBytes(JSON.stringify({ account, at, nonce, signature: signText(key, text) })));
}

/** Fetch with an asking. A body that is no bytes goes as JSON; the answer is that of `fetch`. */
export async function askSigned(key, method, path, { body, audience = location.origin, headers = {}, signal } = {}) {
  const url = new URL(path, location.href);
  const bytes = body === undefined || body instanceof Uint8Array ? body : utf8ToBytes(JSON.stringify(body));
  const kind = body === undefined || body instanceof Uint8Array ? {} : { 'content-type': 'application/json' };
  const signed = signAsking(key, { audience, method, target: url.pathname + url.search, body: bytes });
  return fetch(url, { method, body: bytes, headers: { accept: 'application/json', ...kind, ...headers, [HEADER]: signed }, signal });
}
