// Content identifiers, and files of blocks that are checked while they stream.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileCid, checkBlock, rawCid, readCid, readFile } from '../src/sealing/cid.mjs';
import { concatBytes, utf8ToBytes } from '../src/sealing/coding.mjs';

const MEBIBYTE = 1 << 20;
// `ipfs add --cid-version 1` of "hello world\n", as IPFS' own documentation has it.
const HELLO = 'bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4';

test('the CID of a block is the published one', async () => {
  assert.equal(await rawCid(utf8ToBytes('hello world\n')), HELLO);
  await checkBlock(HELLO, utf8ToBytes('hello world\n'));
  await assert.rejects(checkBlock(HELLO, utf8ToBytes('hello world')), { code: 'block-wrong', details: { cid: HELLO } });
});

test('what is no CID is refused', () => {
  for (const cid of ['', 'b', 'bafkrei', HELLO.toUpperCase(), `${HELLO}a`, HELLO.replace('bafk', 'bafy').slice(0, -1), `${HELLO.slice(0, -1)}5`, 'QmT5NvUtoM5nWFfrQdVrFtvGfKFmG7AHE8P34isapyhCxX', null]) {
    assert.throws(() => readCid(cid), { code: 'cid-invalid' }, String(cid));
  }
});

/** A store that keeps what `FileCid` names, made from the same bytes. */
async function stored(body) {
  const file = new FileCid({ keep: (cid, block) => blocks.set(cid, block) });
  const blocks = new Map();
  for (let at = 0; at < body.length; at += 700_001) await file.update(body.subarray(at, at + 700_001));
  const cid = await file.finish();
  return { cid, blocks, get: async (name) => blocks.get(name) ?? assert.fail(`no block ${name}`) };
}

async function whole(pieces) {
  const found = [];
  for await (const piece of pieces) found.push(piece);
  return concatBytes(...found);
}

for (const size of [0, 1, MEBIBYTE, MEBIBYTE + 1, 5 * MEBIBYTE]) {
  test(`a file of ${size} bytes is read as it was written`, async () => {
    const body = Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 20)) % 256);
    const { cid, get } = await stored(body);
    assert.deepEqual(await whole(readFile(cid, get)), body);
  });
}

test('a wrong block is told before its bytes are given out', async () => {
  const { cid, blocks, get } = await stored(new Uint8Array(3 * MEBIBYTE).map((_, at) => at >> 20));
  const [name, block] = [...blocks][1];
  blocks.set(name, block.map((byte, at) => (at === 5 ? byte ^ 1 : byte)));
  await assert.rejects(whole(readFile(cid, get)), { code: 'block-wrong', details: { cid: name } });
});

test('leaves that are equal are asked for once', async () => {
  const { cid, get } = await stored(new Uint8Array(6 * MEBIBYTE));
  let asked = 0;
  const counted = (name) => {
    asked += 1;
    return get(name);
  };
  assert.equal((await whole(readFile(cid, counted))).length, 6 * MEBIBYTE);
  assert.ok(asked <= 3, `${asked}`);
});
