// <wallet-desk>: make, back up, restore, unlock and lock the wallet, choose an account, sign in and out.
import { noted } from '../app/account.mjs';
import { buttons, element, unlockDialog, ask as askDialog } from './dialog.mjs';
import * as node from './node.mjs';
import { say } from './words.mjs';
import * as vault from './vault.mjs';

const LEAST = 10;

const field = (name, label, attributes) => element('label', { class: 'field' }, element('span', {}, label), element('input', { name, required: true, ...attributes }));
const action = (label, work, ghost = true) => element('button', { class: `btn${ghost ? ' ghost' : ''}`, type: 'button', onclick: work }, label);

class WalletDesk extends HTMLElement {
  connectedCallback() {
    this.show();
    const before = JSON.stringify(noted());
    node.checkSession().then(() => { if (JSON.stringify(noted()) !== before) this.show(); });
  }

  show(trouble = '') {
    if (!vault.possible()) this.replaceChildren(element('p', { class: 'caution bad' }, say('insecure')));
    else this.replaceChildren(...(vault.exists() ? this.kept() : this.empty()), element('p', { class: 'trouble', role: 'alert' }, trouble));
  }

  async attempt(work) {
    try {
      await work();
      this.show();
    } catch (error) {
      this.show(error instanceof node.Refused ? error.message : say('trouble', { why: error.message }));
    }
  }

  empty() {
    return [
      element('p', {}, say('wallet-lead')),
      element('p', { class: 'btns' },
        action(say('create-zh'), () => this.create('zh'), false),
        action(say('create-en'), () => this.create('en')),
        action(say('restore-words'), () => this.fromWords()),
        action(say('restore-file'), () => this.fromFile())),
    ];
  }

  kept() {
    const { address, account } = vault.kept();
    const session = noted();
    const open = vault.isOpen();
    const pick = element('input', { type: 'number', min: '0', max: '999', value: String(account), 'aria-label': say('account-number') });
    return [
      element('dl', { class: 'facts' },
        element('div', {}, element('dt', {}, say('account')), element('dd', { class: 'hash' }, address)),
        element('div', {}, element('dt', {}, say('state')), element('dd', {}, say(open ? 'state-open' : 'state-locked'))),
        element('div', {}, element('dt', {}, say('signed-in-as')), element('dd', {}, session ? (session.kind ?? say('no-member')) : '—'))),
      element('p', { class: 'btns' },
        open ? action(say('lock'), () => { vault.lock(); this.show(); }) : action(say('unlock'), () => this.attempt(() => unlockDialog(vault)), false),
        session ? action(say('sign-out'), () => this.attempt(node.signOut)) : action(say('sign-in'), () => this.attempt(() => this.signIn()), open === false),
        element('a', { class: 'btn ghost', href: '/provenance/desk' }, say('to-desk')),
        action(say('backup'), () => this.save())),
      element('details', {}, element('summary', {}, say('more')),
        element('div', { class: 'stack' },
          element('label', { class: 'field' }, element('span', {}, say('account-number')), pick),
          element('p', { class: 'btns' },
            action(say('choose'), () => this.attempt(async () => {
              if (!(await unlockDialog(vault))) return;
              await vault.choose(Number(pick.value));
              if (noted()) await node.signOut();
            })),
            action(say('forget'), () => this.forget())))),
    ];
  }

  async signIn() {
    if (await unlockDialog(vault)) await node.signIn();
  }

  async create(language) {
    const words = vault.fresh(language);
    const agreed = await askDialog(say('your-words'), (close) => {
      const form = element('form', { class: 'stack', method: 'dialog' },
        element('p', {}, say('words-lead')),
        element('ol', { class: 'words' }, ...words.split(' ').map((word) => element('li', {}, word))),
        buttons(close, say('written-down')));
      form.addEventListener('submit', (event) => { event.preventDefault(); close(true); });
      return form;
    });
    if (agreed && (await this.repeat(words))) await this.seal(words);
  }

  async repeat(words) {
    const list = words.split(' ');
    const places = [...crypto.getRandomValues(new Uint8Array(64))].map((byte) => byte % 12).filter((place, at, all) => all.indexOf(place) === at).slice(0, 3);
    return askDialog(say('repeat-title'), (close) => {
      const trouble = element('p', { class: 'trouble', role: 'alert' });
      const form = element('form', { class: 'stack', method: 'dialog' },
        ...places.map((place) => field(`w${place}`, say('word-number', { n: place + 1 }), { autocomplete: 'off' })), trouble, buttons(close, say('next')));
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        const right = places.every((place) => form.elements[`w${place}`].value.trim() === list[place]);
        if (right) close(true);
        else trouble.textContent = say('repeat-wrong');
      });
      return form;
    });
  }

  async fromWords() {
    const words = await askDialog(say('restore-words'), (close) => {
      const trouble = element('p', { class: 'trouble', role: 'alert' });
      const text = element('textarea', { rows: '3', required: true, autocomplete: 'off', spellcheck: 'false', name: 'words' });
      const form = element('form', { class: 'stack', method: 'dialog' }, element('label', { class: 'field' }, element('span', {}, say('twelve-words')), text), trouble, buttons(close, say('next')));
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        const found = vault.plain(text.value);
        if (found) close(found);
        else trouble.textContent = say('words-wrong');
      });
      return form;
    });
    if (words) await this.seal(words);
  }

  async seal(words) {
    const made = await askDialog(say('choose-passphrase'), (close) => {
      const trouble = element('p', { class: 'trouble', role: 'alert' });
      const account = field('account', say('account-number'), { type: 'number', min: '0', max: '999', value: '0' });
      const form = element('form', { class: 'stack', method: 'dialog' },
        element('p', {}, say('passphrase-lead')),
        field('first', say('passphrase'), { type: 'password', autocomplete: 'new-password', minlength: String(LEAST) }),
        field('second', say('passphrase-again'), { type: 'password', autocomplete: 'new-password' }),
        account, trouble, buttons(close, say('keep')));
      form.addEventListener('submit', async (event) => {
        event.preventDefault();
        const [first, second] = [form.elements.first.value, form.elements.second.value];
        if (first !== second) trouble.textContent = say('passphrase-differs');
        else close({ passphrase: first, account: Number(form.elements.account.value) });
      });
      return form;
    });
    if (made) await this.attempt(() => vault.create(words, made.passphrase, made.account));
  }

  async fromFile() {
    const input = element('input', { type: 'file', accept: 'application/json,.json' });
    input.addEventListener('change', () => this.attempt(async () => vault.restore(await input.files[0].text())));
    input.click();
  }

  save() {
    const url = URL.createObjectURL(new Blob([vault.backup()], { type: 'application/json' }));
    element('a', { href: url, download: `tcmchain-wallet-${vault.kept().address.slice(2, 8)}.json` }).click();
    URL.revokeObjectURL(url);
  }

  async forget() {
    const agreed = await askDialog(say('forget'), (close) => {
      const form = element('form', { class: 'stack', method: 'dialog' }, element('p', { class: 'caution bad' }, say('forget-lead')), buttons(close, say('forget')));
      form.addEventListener('submit', (event) => { event.preventDefault(); close(true); });
      return form;
    });
    if (!agreed) return;
    if (noted()) await node.signOut().catch(() => {});
    vault.forget();
    this.show();
  }
}

export function defineDesk() {
  customElements.define('wallet-desk', WalletDesk);
}
