// A paragraph such as 麻黄三两 去节 桂枝二两 甘草（炙）一两, as lines of a form. Nothing of it leaves the page.
const ONE = '[一二三四五六七八九]';
const NUMBER = `(?:[0-9]+(?:[.．][0-9]+)?|${ONE}百(?:${ONE}十${ONE}?)?|${ONE}?十${ONE}?|[廿卅]${ONE}?|${ONE}|[两兩半])`;
const UNIT = '(?:公斤|kg|毫克|mg|毫升|ml|mL|鸡子大|雞子大|方寸匕|钱匕|錢匕|斤|两|兩|钱|錢|分|铢|銖|厘|克|g|G|斗|升|合|枚|个|個|颗|顆|只|粒|茎|莖|根|支|枝|片|丸|撮|把|握|尺|寸|具)';
const PART = `${NUMBER}(?:[-–~～至]${NUMBER})?${UNIT}半?`;
const AMOUNT = new RegExp(`^各?${PART}(?:${PART})?$`);
const LINE = new RegExp(`^(.*?[^0-9.．])(${PART}(?:${PART})?)$`);
const PROCESSING = /^[炙炒煅洗切擘破碎熬去炮酒醋盐姜蜜][^\s]{0,5}$/;

/** Whether words are an amount that a desk will be able to read. */
export const isAmount = (words) => AMOUNT.test(words.trim());

const pieces = (text) => text.replace(/[（(]([^（）()]*)[）)]/g, ' $1 ').split(/[\s,，、;；。:：]+/).filter(Boolean);

/** Name, dose and processing of each herb; 各三两 is the dose of all before it that have none. */
export function linesOf(text) {
  const found = [];
  const begin = (name, words) => found.push({ name, words, processing: [] });
  for (const part of pieces(text)) {
    const waiting = found.filter((line) => !line.words);
    const [, name, words] = LINE.exec(part) ?? [];
    if (isAmount(part)) {
      const meant = part.startsWith('各') ? waiting : waiting.slice(-1);
      meant.forEach((line) => { line.words = part.replace(/^各/, ''); });
    } else if (name?.endsWith('各') && name.length > 1) {
      begin(name.slice(0, -1), '');
      found.filter((line) => !line.words).forEach((line) => { line.words = words; });
    } else if (name) begin(name, words);
    else if (found.length && PROCESSING.test(part)) found.at(-1).processing.push(part);
    else begin(part, '');
  }
  return found;
}
