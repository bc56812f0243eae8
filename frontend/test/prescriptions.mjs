// Reads slips and sheets from the standard input and writes what the pages of prescriptions make of them.
import { text } from 'node:stream/consumers';
import { fromBase64, toBase64 } from '../src/sealing/coding.mjs';
import { milligramsOf, pick } from '../src/prescriptions/picking.mjs';
import { canonical, findingCommitment, open, readSlip, seal, signDispensing, slipAccount, voucherCommitment, writeSlip } from '../src/prescriptions/slips.mjs';

const given = JSON.parse(await text(process.stdin));
const slip = readSlip(given.slip);
const opened = await open(fromBase64(given.block), slip.secret, given.content);
const sealed = await seal(opened, slip.secret);
const refused = await Promise.all(given.wrong.map(async (one) => {
  try {
    readSlip(one);
    return 'read';
  } catch (error) {
    return error.sentence;
  }
}));
const picks = pick(given.shelf, given.sheet, given.now).map(({ portions, missing }) => ({ portions: portions.map(({ lot, milligrams }) => [lot.lot, milligrams]), missing }));
process.stdout.write(JSON.stringify({
  slip: writeSlip(slip), account: slipAccount(slip.secret), opened: canonical(opened), block: toBase64(sealed.block), content: sealed.content, refused, picks,
  finding: findingCommitment(given.salt, given.finding), voucher: voucherCommitment(fromBase64(given.voucherSecret)),
  signature: signDispensing(slip.secret, given.domain, given.dispensing), milligrams: given.amounts.map(([grams, doses]) => milligramsOf(grams, doses)),
}));
