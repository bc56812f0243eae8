// Letters that only one key opens: HPKE (RFC 9180), base mode, X25519, HKDF-SHA256, AES-256-GCM; enc ‖ ciphertext.
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { concatBytes, utf8ToBytes } from './coding.mjs';
import { orRefuse } from './errors.mjs';

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const ENCAPSULATED = 32;

/** What a letter is for; one sealed for one use opens for no other. */
export const USES = Object.freeze({ letter: 'tcmchain.letter.1', fragment: 'tcmchain.fragment.1', emergency: 'tcmchain.emergency.1', doses: 'tcmchain.doses.1' });

const NOWHERE = new Uint8Array(0);

/** Seal bytes for whoever holds the key of an inbox (32 bytes), and for the place that `bound` names, if any. */
export async function sealLetter(inbox, content, use = USES.letter, bound = NOWHERE) {
  const recipientPublicKey = await orRefuse(() => suite.kem.deserializePublicKey(inbox), 'key-unfit', { kind: 'X25519' });
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: concatBytes(utf8ToBytes(use), bound) }, content);
  return concatBytes(new Uint8Array(enc), new Uint8Array(ct));
}

/** Open a letter with an inbox's secret (32 bytes); throws when it is for another, or for another place. */
export async function openLetter(secret, sealed, use = USES.letter, bound = NOWHERE) {
  return orRefuse(async () => {
    const recipientKey = await suite.kem.deserializePrivateKey(secret);
    const params = { recipientKey, enc: sealed.slice(0, ENCAPSULATED), info: concatBytes(utf8ToBytes(use), bound) };
    return new Uint8Array(await suite.open(params, sealed.slice(ENCAPSULATED)));
  }, 'seal-broken', { part: 'letter' });
}

/** Seal a JSON letter. */
export const sealJson = (inbox, content) => sealLetter(inbox, utf8ToBytes(JSON.stringify(content)));

/** Open a JSON letter. */
export const openJson = async (secret, sealed) => JSON.parse(new TextDecoder().decode(await openLetter(secret, sealed)));
