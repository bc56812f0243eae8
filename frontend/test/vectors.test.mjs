// What others published: the browser's derivations, seals and letters are the standards'.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { HDKey } from '@scure/bip32';
import { mnemonicToSeedSync } from '@scure/bip39';
import { toBytes, toHex } from '../src/chain/bytes.mjs';
import { fromBase64 } from '../src/sealing/coding.mjs';
import { Vault, inboxOf } from '../src/sealing/keys.mjs';
import { openChunks } from '../src/sealing/seal.mjs';
import { plain } from '../src/wallet/vault.mjs';

const read = (name) => JSON.parse(readFileSync(new URL(`../../tests/crypto/data/${name}.json`, import.meta.url)));
const hex = (text) => toBytes(`0x${text}`);

for (const { comment, key, context, sealed, valid, sha512, length } of read('chunked').vectors) {
  test(`chunked encryption: ${comment}`, async () => {
    const open = async () => {
      const pieces = [];
      for await (const piece of openChunks([inflateSync(fromBase64(sealed))], hex(key), hex(context))) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    if (!valid) return assert.rejects(open, { code: /seal-broken|key-unfit/ });
    const opened = await open();
    assert.equal(opened.length, length);
    return assert.equal(createHash('sha512').update(opened).digest('hex'), sha512);
  });
}

test('HPKE: the message of RFC 9180 opens', async () => {
  const vector = read('hpke');
  assert.equal(toHex(inboxOf(hex(vector.skRm))), `0x${vector.pkRm}`);
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const recipientKey = await suite.kem.deserializePrivateKey(hex(vector.skRm));
  const opened = await suite.open({ recipientKey, enc: hex(vector.enc), info: hex(vector.info) }, hex(vector.ct), hex(vector.aad));
  assert.equal(toHex(new Uint8Array(opened)), `0x${vector.pt}`);
});

const mnemonics = read('mnemonics');
for (const { words, seed } of mnemonics.vectors) {
  test(`BIP-39: ${words.slice(0, 12)}`, () => {
    assert.equal(toHex(mnemonicToSeedSync(plain(words), mnemonics.passphrase)), `0x${seed}`);
    assert.ok(Vault.fromWords(words.replace(/(?<=[\u4e00-\u9fff]) /g, '')));
  });
}

const bip32 = read('bip32');
for (const { path, extended } of bip32.vectors) {
  test(`BIP-32: ${path}`, () => {
    assert.equal(HDKey.fromMasterSeed(hex(bip32.seed)).derive(path).privateExtendedKey, extended);
  });
}
