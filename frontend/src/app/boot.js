// Before the first paint: the reader's theme and elder mode.
const root = document.documentElement;
const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
root.dataset.theme = kept('tcmchain-theme') ?? (dark ? 'dark' : 'light');
if (kept('tcmchain-elder') === '1') root.dataset.elder = '';
