// Copy, share and print. Copying needs https or localhost; elsewhere the text is selected to copy by hand.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy], [data-share], [data-print]');
  if (!button) return;
  if (button.hasAttribute('data-print')) window.print();
  else if (button.hasAttribute('data-share')) share(button);
  else copy(button.dataset.copy, button);
});

async function share(button) {
  const url = location.href.split('#')[0];
  if (navigator.share) {
    try {
      await navigator.share({ title: document.title, url });
      return;
    } catch (error) {
      if (error.name === 'AbortError') return;
    }
  }
  await copy(url, button);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    flash(button);
  } catch {
    show(text, button);
  }
}

function flash(button) {
  button.classList.add('copied');
  setTimeout(() => button.classList.remove('copied'), 1600);
}

function show(text, button) {
  const field = document.createElement('input');
  field.readOnly = true;
  field.value = text;
  field.className = 'copy-field';
  field.setAttribute('aria-label', button.getAttribute('aria-label') ?? button.textContent.trim());
  button.after(field);
  field.select();
  field.addEventListener('blur', () => field.remove());
}
