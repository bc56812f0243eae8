// A second key from outside the words: made on another device, kept in a file, brought along when it is needed.
import { toBytes, toHex } from '../chain/bytes.mjs';
import { SECOND } from '../wallet/vault.mjs';
import { publicOf, scalar } from '../sealing/keys.mjs';

/** A fresh key: `{secret, public}`, 32 and 33 bytes. */
export function freshSecond() {
  const secret = scalar(crypto.getRandomValues(new Uint8Array(48)));
  return { secret, public: publicOf(secret) };
}

/** What a second device shows: its public key as text. */
export const readPublic = (text) => (/^0x0[23][0-9a-f]{64}$/.test(text.trim().toLowerCase()) ? toBytes(text.trim().toLowerCase()) : null);

/** The file in which the secret is kept on the second device. */
export const keyFile = ({ secret, public: key }) => new Blob([`${JSON.stringify({ kind: 'tcmchain-second-key', public: toHex(key), secret: toHex(secret) }, null, 1)}\n`], { type: 'application/json' });

/** Take a key file in, for this tab only; throws when it is none. */
export function bring(text) {
  const { kind, public: key, secret } = JSON.parse(text);
  if (kind !== 'tcmchain-second-key' || toHex(publicOf(toBytes(secret))) !== key) throw Object.assign(new Error('key file'), { sentence: 'no-key-file' });
  sessionStorage.setItem(SECOND, JSON.stringify([...new Set([...held(), secret])]));
  return key;
}

const held = () => JSON.parse(sessionStorage.getItem(SECOND) ?? '[]');

/** The second keys' secrets that were brought to this tab. */
export const secondKeys = () => held().map(toBytes);
