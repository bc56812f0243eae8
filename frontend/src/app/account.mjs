// Who is signed in, told in the header. Pages are the same for everybody; only this part is not.
const KEY = 'tcmchain-account';

export const noted = () => { try { return JSON.parse(localStorage.getItem(KEY)); } catch { return null; } };

export function note(account) {
  if (account) localStorage.setItem(KEY, JSON.stringify(account));
  else localStorage.removeItem(KEY);
  showAccount();
}

export function showAccount() {
  const account = noted();
  document.querySelectorAll('[data-account]').forEach((place) => {
    place.textContent = account ? `${account.address.slice(0, 6)}…${account.address.slice(-4)}` : place.dataset.account;
  });
}
