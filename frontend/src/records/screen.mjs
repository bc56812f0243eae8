// A page of the patient: what it shows without a wallet, locked, at work, in trouble; the page itself is `opened(person)`.
import { Refused } from '../chain/doors.mjs';
import { person } from '../vault/person.mjs';
import { unlockDialog } from '../wallet/dialog.mjs';
import * as wallet from '../wallet/vault.mjs';
import { load } from '../wallet/words.mjs';
import { button, caution, element, empty, icon, link, say } from './surface.mjs';

export class Screen extends HTMLElement {
  async connectedCallback() {
    await load();
    // What is meant stands behind the sign #, so another address may well be this page.
    globalThis.addEventListener('hashchange', () => this.refresh());
    await this.refresh();
  }

  fill(...parts) {
    this.replaceChildren(...parts.filter(Boolean));
  }

  /** Show the page as things stand now. */
  async refresh() {
    this.removeAttribute('data-ready');
    if (!wallet.possible()) this.fill(caution(say('insecure'), 'bad'));
    else if (!wallet.exists()) this.without();
    else if (!wallet.isOpen()) this.locked();
    else await this.attempt(async () => this.opened(await person()));
    this.setAttribute('data-ready', '');
  }

  async attempt(work) {
    try {
      this.setAttribute('aria-busy', 'true');
      await work();
    } catch (error) {
      this.failed(error);
    } finally {
      this.removeAttribute('aria-busy');
    }
  }

  /** No wallet stands on this device. */
  without() {
    this.fill(empty('key-round', say('no-vault'), say('no-vault-lead'), link('/records/register', 'plus', say('register'), { ghost: false }), link('/wallet', 'key-round', say('restore'))));
  }

  locked() {
    this.fill(empty('lock', say('locked'), say('locked-lead'), button('lock-open', say('unlock'), async () => {
      if (await unlockDialog(wallet)) await this.refresh();
    }, { ghost: false })));
  }

  failed(error) {
    if (!wallet.isOpen()) {
      this.locked();
      return;
    }
    this.fill(empty('circle-alert', say('failed'), reason(error), button('refresh-cw', say('again'), () => this.refresh(), { ghost: false })));
  }
}

/** Why something was not done, in a sentence. */
export function reason(error) {
  if (error instanceof Refused) return error.message;
  if (error instanceof TypeError) return say('offline');
  return error.sentence ? say(error.sentence, error.values) : say('unexpected', { why: error.message });
}

/** Where steps of a work are told of: `told(name, state)` marks one as doing, done or bad, with a word of its own. */
export class Steps {
  constructor(names) {
    this.items = new Map(names.map((name) => [name, element('li', {}, element('span', { class: 'mark' }, icon('check', 16)), element('span', {}, say(`step-${name}`)), element('small', { class: 'muted' }))]));
    this.list = element('ol', { class: 'steps-shown', 'aria-live': 'polite' }, ...this.items.values());
  }

  told(name, state, word = '') {
    const item = this.items.get(name);
    item.className = state;
    item.lastElementChild.textContent = word;
    if (state === 'doing') item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  }

  /** Follow transactions: submitted, confirmed, indexed. */
  follower(name) {
    return ({ at, of, state }) => this.told(name, 'doing', `${of > 1 ? `${at + 1}/${of} · ` : ''}${say(`tx-${state}`)}`);
  }
}
