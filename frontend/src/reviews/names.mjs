// Verified names, masked or full, as src/tcmchain/reviews/model/names.py writes and checks them.
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { toBytes, toHex } from '../chain/bytes.mjs';

const HAN = /\p{Script=Han}/u;
const leaf = (salt, name) => sha256(concatBytes(salt, utf8ToBytes(name)));
const saltOf = (salt, which) => sha256(concatBytes(utf8ToBytes(`tcmchain.name.${which}`), salt));

/** One spelling of a person's name; `null` when it is none. */
export function plainName(name) {
  let text = name.normalize('NFKC').replace(/[•・]/g, '·').split(/\s+/).filter(Boolean).join(' ');
  if (HAN.test(text)) text = text.replace(/ /g, '');
  const letters = [...text];
  return letters.length > 0 && letters.length <= 60 && letters.every((one) => /[\p{L}\p{M}·'\-. ]/u.test(one)) ? text : null;
}

/** The first character and stars: 张三 becomes 张*. */
export function mask(name) {
  const [first, ...rest] = [...plainName(name)];
  return first + '*'.repeat(HAN.test(first) ? rest.length : 2);
}

/** A name as a review shows it, with what proves it: `{shown, full, salt, other}`. */
export function show(name, salt, full) {
  const text = plainName(name);
  const [maskedSalt, fullSalt] = [saltOf(salt, 'masked'), saltOf(salt, 'full')];
  const [left, right] = [leaf(maskedSalt, mask(text)), leaf(fullSalt, text)];
  return { shown: full ? text : mask(text), full, salt: toHex(full ? fullSalt : maskedSalt), other: toHex(full ? left : right) };
}

/** What the voucher must say for a shown name to be a verified one. */
export function commitmentOf({ shown, full, salt, other }) {
  const [mine, rest] = [leaf(toBytes(salt), shown), toBytes(other)];
  return toHex(sha256(full ? concatBytes(rest, mine) : concatBytes(mine, rest)));
}

/** What the pharmacist's note keeps of a name. */
export const nameDigest = (name, salt) => toHex(leaf(salt, plainName(name)));
