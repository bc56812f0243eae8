// The one dialog in which something is asked of the person: passphrase, confirmation, progress.
import { say } from './words.mjs';

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Open a dialog around `content(close)`; resolves with what `close` is given, `null` when it is dismissed. */
export function ask(title, content) {
  return new Promise((resolve) => {
    let answer = null;
    const box = element('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' });
    const close = (value) => { answer = value; box.close(); };
    box.append(element('h2', { id: 'dialog-title' }, title), content(close));
    box.addEventListener('close', () => { box.remove(); resolve(answer); });
    document.body.append(box);
    box.showModal();
  });
}

export const buttons = (close, label, extra = {}) => element('p', { class: 'btns' },
  element('button', { class: 'btn', type: 'submit', ...extra }, label),
  element('button', { class: 'btn ghost', type: 'button', onclick: () => close(null) }, say('cancel')));

/** Ask for the passphrase and open the wallet; false when the person gives up. */
export async function unlockDialog(vault) {
  if (vault.isOpen()) return true;
  const opened = await ask(say('unlock'), (close) => {
    const trouble = element('p', { class: 'trouble', role: 'alert' });
    const field = element('input', { type: 'password', autocomplete: 'current-password', required: true, id: 'passphrase' });
    const form = element('form', { class: 'stack', method: 'dialog' },
      element('label', { class: 'field' }, element('span', {}, say('passphrase')), field), trouble, buttons(close, say('unlock')));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      form.setAttribute('aria-busy', 'true');
      try {
        await vault.unlock(field.value);
        close(true);
      } catch {
        trouble.textContent = say('wrong-passphrase');
        field.select();
      }
      form.removeAttribute('aria-busy');
    });
    return form;
  });
  return Boolean(opened);
}

/** Show what is to be signed; true when the person agrees. */
export async function confirmDialog(steps) {
  const shown = steps.slice(0, 20);
  const agreed = await ask(say('confirm-title'), (close) => {
    const list = element('div', { class: 'signing', tabindex: '0' }, ...shown.map((step) => element('section', {},
      element('h3', {}, step.title, element('small', { class: 'muted' }, ` ${step.chain ?? ''} · ${step.name}`)),
      element('dl', {}, ...step.rows.map(({ label, value }) => element('div', {}, element('dt', {}, label), element('dd', {}, value)))))));
    const more = steps.length > shown.length ? element('p', { class: 'muted' }, say('and-more', { n: steps.length - shown.length })) : null;
    const form = element('form', { class: 'stack', method: 'dialog' }, element('p', { class: 'muted' }, say('confirm-lead')), list, more, buttons(close, say('sign')));
    form.addEventListener('submit', (event) => { event.preventDefault(); close(true); });
    return form;
  });
  return Boolean(agreed);
}
