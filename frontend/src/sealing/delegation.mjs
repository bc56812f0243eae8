// How somebody else comes to open what is sealed to a category key, as src/tcmchain/crypto/delegation.py:
// Umbral with three custodians, two of whom are needed; or re-wrapping by the patient's device.
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { fromBase64, toBase64 } from './coding.mjs';
import { orRefuse, refusal } from './errors.mjs';
import { publicOf } from './keys.mjs';
import { USES, openLetter, sealLetter } from './letters.mjs';
import { ready } from './umbral.mjs';

export const NEEDED = 2;
export const FRAGMENTS = 3;

const UMBRAL = ['key-unfit', { kind: 'Umbral' }];

/** Work with objects of the library, which are given back afterwards. */
async function within(work) {
  const umbral = await ready();
  const held = [];
  const keep = (made) => {
    held.push(made);
    return made;
  };
  try {
    return await work(umbral, keep);
  } finally {
    for (const made of held) if (made.__wbg_ptr) made.free();
  }
}

const publicKey = (umbral, keep, bytes) => orRefuse(() => keep(umbral.PublicKey.fromCompressedBytes(bytes)), ...UMBRAL);
const secretKey = (umbral, keep, bytes) => orRefuse(() => keep(umbral.SecretKey.fromBEBytes(bytes)), ...UMBRAL);
const capsuleOf = (umbral, keep, bytes) => orRefuse(() => keep(umbral.Capsule.fromBytes(bytes)), 'seal-broken', { part: 'share' });

/** Seal a share to a public key: `{capsule, ciphertext}`. */
export const encapsulate = (publicBytes, share) => within(async (umbral, keep) => {
  const [capsule, ciphertext] = umbral.encrypt(await publicKey(umbral, keep, publicBytes), share);
  return { capsule: keep(capsule).toBytes(), ciphertext };
});

/** Open a share with the secret it was sealed to. */
export const openOwn = (secret, capsule, ciphertext) => within(async (umbral, keep) => {
  const [key, made] = [await secretKey(umbral, keep, secret), await capsuleOf(umbral, keep, capsule)];
  return orRefuse(() => umbral.decryptOriginal(key, made, ciphertext), 'seal-broken', { part: 'share' });
});

/** Three fragments of a category's secret for one reader. */
export const fragments = (delegating, reading, signing) => within(async (umbral, keep) => {
  const signer = keep(new umbral.Signer(await secretKey(umbral, keep, signing)));
  const [from, to] = [await secretKey(umbral, keep, delegating), await publicKey(umbral, keep, reading)];
  return umbral.generateKFrags(from, to, signer, NEEDED, FRAGMENTS, true, true).map((made) => keep(made).toBytes());
});

/** What a custodian answers; throws when the fragment was not made for these keys. */
export const reencrypt = (capsule, fragment, verifying, delegating, reading) => within(async (umbral, keep) => {
  const keys = [];
  for (const key of [verifying, delegating, reading]) keys.push(await publicKey(umbral, keep, key));
  const made = await capsuleOf(umbral, keep, capsule);
  // The library takes hold of what it verifies.
  const verified = await orRefuse(() => keep(umbral.KeyFrag.fromBytes(fragment).verify(...keys)), 'fragment-unfit');
  return keep(umbral.reencrypt(made, verified)).toBytes();
});

async function trueAnswers(umbral, keep, capsule, keys, answers) {
  const found = new Map();
  for (const answer of answers) {
    try {
      found.set(toBase64(answer), keep(umbral.CapsuleFrag.fromBytes(answer).verify(capsule, ...keys)));
    } catch {
      // A custodian that lies or errs is set aside; two others are enough.
    }
  }
  return [...found.values()];
}

/** Whether a custodian's answer is true. */
export const isTrue = (answer, { capsule, verifying, delegating, reading }) => within(async (umbral, keep) => {
  const keys = [];
  for (const key of [verifying, delegating, reading]) keys.push(await publicKey(umbral, keep, key));
  return (await trueAnswers(umbral, keep, await capsuleOf(umbral, keep, capsule), keys, [answer])).length === 1;
});

/** Open a share with what custodians answered; false answers are set aside. */
export const openReencrypted = (readingSecret, share, answers, verifying) => within(async (umbral, keep) => {
  const capsule = await capsuleOf(umbral, keep, share.capsule);
  const keys = [];
  for (const key of [verifying, share.delegating, publicOf(readingSecret)]) keys.push(await publicKey(umbral, keep, key));
  const found = await trueAnswers(umbral, keep, capsule, keys, answers);
  if (found.length < NEEDED) throw refusal('fragments-too-few', { needed: NEEDED, true: found.length, shown: answers.length });
  const secret = await secretKey(umbral, keep, readingSecret);
  const used = found.slice(0, NEEDED);
  return orRefuse(() => umbral.decryptReencrypted(secret, keys[1], capsule, used, share.ciphertext), 'seal-broken', { part: 'share' });
});

/** By custodians: secrets are category keys. Readers need `verifying` only. */
export class Reencryption {
  constructor({ verifying, custodians = [], signing }) {
    Object.assign(this, { verifying: verifying ?? publicOf(signing), custodians, signing });
  }

  /** A sealed fragment for each of three custodians `{account, inbox}`. */
  async delegate(secret, reader) {
    if (!this.signing || new Set(this.custodians.map(({ account }) => account)).size !== FRAGMENTS) throw refusal('fragment-unfit');
    const made = await fragments(secret, reader.reading, this.signing);
    return Promise.all(this.custodians.map(async ({ account, inbox }, at) => ({
      holder: account, sealed: await sealLetter(inbox, made[at], USES.fragment),
    })));
  }

  /** The share that the answers open. */
  open(share, answers, keys) {
    return openReencrypted(keys.reading, share, answers, this.verifying);
  }
}

/** By the patient's device: the secret is the data key of one version of one file, the answer a letter. */
export class Rewrap {
  constructor(place, sender) {
    Object.assign(this, { place, sender });
  }

  async delegate(secret, reader) {
    const { patient, file, version } = this.place;
    const content = { kind: 'rewrapped', from: this.sender, patient, file, version, dataKey: toBase64(secret) };
    return [{ holder: reader.account, sealed: await sealLetter(reader.inbox, utf8ToBytes(JSON.stringify(content))) }];
  }

  /** The data key out of a letter for this place. */
  async open(_share, answers, keys) {
    const { patient, file, version } = this.place;
    for (const answer of answers) {
      try {
        const content = JSON.parse(new TextDecoder().decode(await openLetter(keys.inbox, answer)));
        const fits = content.kind === 'rewrapped' && content.patient === patient && content.file === file && content.version === version;
        if (fits) return fromBase64(content.dataKey);
      } catch {
        // Not for us, or no letter of this kind.
      }
    }
    throw refusal('seal-broken', { part: 'letter' });
  }
}
