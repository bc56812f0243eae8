// Scanning comes when somebody asks for it.
document.addEventListener('click', async (event) => {
  const button = event.target.closest('code-scan [data-scan]');
  if (!button) return;
  event.preventDefault();
  await import('./element.mjs');
  button.closest('code-scan').open();
});
