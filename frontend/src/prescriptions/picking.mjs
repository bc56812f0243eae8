// Lots for a prescription, first expired first out, as src/tcmchain/prescriptions/model/picking.py picks them.
const WAYS = new Set('炒 麸炒 米炒 炒焦 焦 炭 炙 蜜炙 酒 酒炙 醋 醋炙 盐 盐炙 姜 姜炙 矾 制 熟 煅 煨 清 法'.split(' '));

/** Whole milligrams of a line for all doses; ties go to the even number, as there. */
export function milligramsOf(grams, doses) {
  const [whole, part = ''] = grams.split('.');
  const tenths = BigInt(whole + part.padEnd(4, '0').slice(0, 4)) * BigInt(doses); // tenths of a milligram
  const [quotient, rest] = [tenths / 10n, tenths % 10n];
  return Number(quotient + (rest > 5n || (rest === 5n && quotient % 2n === 1n) ? 1n : 0n));
}

/** `[{line, needed, portions: [{lot, milligrams}], missing}]` for a sheet's lines from a member's shelf. */
export function pick(shelf, { lines, doses }, at = Date.now() / 1000) {
  const left = new Map(shelf.map((one) => [one.lot, one.milligrams]));
  const sorted = shelf.filter((one) => !one.expires || one.expires > at).sort((a, b) => (a.expires === 0) - (b.expires === 0) || a.expires - b.expires || (a.lot < b.lot ? -1 : 1));
  return lines.map((line) => {
    const names = WAYS.has(line.processing) ? [line.processing + line.name, line.name] : null;
    const fits = (one) => one.herb === line.herb && (names ? names.includes(one.processed) : !one.processed);
    const needed = milligramsOf(line.grams, doses);
    let missing = needed;
    const portions = [];
    for (const one of line.herb ? sorted.filter(fits) : []) {
      const taken = Math.min(missing, left.get(one.lot));
      if (taken <= 0) continue;
      portions.push({ lot: one, milligrams: taken });
      left.set(one.lot, left.get(one.lot) - taken);
      missing -= taken;
    }
    return { line, needed, portions, missing };
  });
}
