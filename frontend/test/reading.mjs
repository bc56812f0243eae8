// A grantee's page without its elements: the folder and the bodies as the pages of visits and of grants open them.
import { toBytes } from '../src/chain/bytes.mjs';
import { Folder } from '../src/encounters/opening.mjs';
import { ready } from '../src/sealing/umbral.mjs';
import { bodyOf } from '../src/vault/opening.mjs';

let folder;
let lines;

/** Load WebAssembly. */
export const warm = async () => void await ready();

/** Open a granted folder and list its versions, newest first; nothing of them is asked of a custodian. */
export async function list({ key, address, reading, granted }) {
  const home = { key: toBytes(key), address, keys: { readingSecret: toBytes(reading) } };
  folder = await Folder.of(home, granted);
  lines = [];
  let before;
  do {
    const page = await folder.page(before);
    lines.push(...page.lines);
    before = page.before;
  } while (before);
  return lines.length;
}

/** Milliseconds from the click on a listed version to its plaintext: all of it, and until custodians had answered. */
export async function read(at) {
  const clicked = performance.now();
  const item = await folder.open(lines[at]);
  if (item.state !== 'open') throw item.error ?? new Error(item.state);
  const opened = performance.now();
  const body = await bodyOf(item.opened);
  return { file: item.entry.file, size: body.length, all: performance.now() - clicked, custodians: opened - clicked };
}
