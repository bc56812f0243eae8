// Theme and elder mode, kept on this device.
const root = document.documentElement;
const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private windows keep nothing */ } };

const actions = {
  theme() {
    root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    keep('tcmchain-theme', root.dataset.theme);
  },
  elder() {
    const on = root.toggleAttribute('data-elder');
    keep('tcmchain-elder', on ? '1' : '0');
  },
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-setting]');
  if (!button) return;
  actions[button.dataset.setting]();
  mark();
});

function mark() {
  document.querySelectorAll('[data-setting]').forEach((button) => {
    const on = button.dataset.setting === 'theme' ? root.dataset.theme === 'dark' : root.hasAttribute('data-elder');
    button.setAttribute('aria-pressed', String(on));
  });
}
mark();

document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-language]');
  if (!link) return;
  document.cookie = `tcmchain_lang=${link.dataset.language};path=/;max-age=31536000;samesite=lax`;
});
