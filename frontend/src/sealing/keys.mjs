// Everything a person's words give, one set of keys for each relation, as src/tcmchain/crypto/keys.py derives it.
import { HDKey } from '@scure/bip32';
import { mnemonicToSeedSync } from '@scure/bip39';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { addressOf } from '../chain/accounts.mjs';
import { toHex } from '../chain/bytes.mjs';
import { plain, seed } from '../wallet/vault.mjs';
import { bigEndian, utf8ToBytes } from './coding.mjs';
import { identityCommitment } from './digest.mjs';
import { refusal } from './errors.mjs';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const SALT = utf8ToBytes('tcmchain.keys.1');

export const CATEGORIES = ['identity', 'disease', 'insurance', 'vitals', 'medication', 'imaging', 'sensitive', 'emergency'];

/** A secp256k1 key from 48 uniform bytes. */
export const scalar = (material) => bigEndian((BigInt(toHex(material)) % (ORDER - 1n)) + 1n, 32);

/** The public key of a secp256k1 secret, 33 bytes. */
export const publicOf = (secret) => secp256k1.getPublicKey(secret, true);

/** The public inbox key of an X25519 secret, 32 bytes. */
export const inboxOf = (secret) => x25519.getPublicKey(secret);

/** The keys of one relation; number 0 is the wallet's ordinary account. Secrets are 32 bytes. */
export class Relation {
  #seed;
  #accountKey;

  constructor(given, number) {
    this.#seed = given;
    this.number = number;
  }

  #derive(name, length = 32) {
    return hkdf(sha256, this.#seed, SALT, utf8ToBytes(`relation/${this.number}/${name}`), length);
  }

  get accountKey() {
    this.#accountKey ??= HDKey.fromMasterSeed(this.#seed).derive(`m/44'/60'/${this.number}'/0/0`).privateKey;
    return this.#accountKey;
  }

  /** The account: the patient's pseudonym in this relation. */
  get account() { return addressOf(this.accountKey); }

  /** The opaque name under which a category's keys stand on the chain. */
  label(category) { return toHex(this.#derive(`label/${category}`)); }

  /** The Umbral secret of a category's epoch. */
  categorySecret(category, epoch) { return scalar(this.#derive(`category/${category}/epoch/${epoch}`, 48)); }
  categoryPublic(category, epoch) { return publicOf(this.categorySecret(category, epoch)); }

  /** The X25519 secret that opens letters. */
  get inboxSecret() { return this.#derive('inbox'); }
  get inbox() { return inboxOf(this.inboxSecret); }

  /** The Umbral secret that others' fragments are made for. */
  get readingSecret() { return scalar(this.#derive('reading', 48)); }
  get reading() { return publicOf(this.readingSecret); }

  /** The secret that signs fragments, and its public key. */
  get fragmentSecret() { return scalar(this.#derive('fragments', 48)); }
  get verifying() { return publicOf(this.fragmentSecret); }

  get vaultKey() { return this.#derive('vault'); }
  get idSalt() { return this.#derive('id-salt'); }

  /** The commitment of an id number in this relation. */
  identity(idNumber) { return identityCommitment(idNumber, this.idSalt); }
}

/** A person's seed, on the person's own device. */
export class Vault {
  #seed;

  constructor(given) {
    this.#seed = given;
  }

  /** Open with words; throws when they are none. */
  static fromWords(words, passphrase = '') {
    const spelled = plain(words);
    if (spelled === null) throw refusal('words-unknown');
    return new Vault(mnemonicToSeedSync(spelled, passphrase));
  }

  relation(number) {
    if (!Number.isSafeInteger(number) || number < 0 || number >= 2 ** 31) throw refusal('key-unfit', { kind: 'relation' });
    return new Relation(this.#seed, number);
  }
}

/** The vault that is open in this tab; throws when it is locked. */
export const openVault = async () => new Vault(await seed());

