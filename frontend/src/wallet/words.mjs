// The wallet's sentences in the reader's language.
let words = {};

export async function load() {
  const answer = await fetch(`/words?lang=${document.documentElement.lang.startsWith('en') ? 'en' : 'zh'}`);
  words = await answer.json();
}

/** A sentence, with `{name}` replaced. */
export const say = (name, values = {}) => (words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
