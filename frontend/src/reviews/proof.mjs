// <review-proof data-review>: the reader's own browser checks text and name against what stands on the chain.
import { ask } from '../chain/doors.mjs';
import { element as el } from '../wallet/dialog.mjs';
import * as node from '../wallet/node.mjs';
import { say } from '../wallet/words.mjs';
import { decodeReviewed } from './events.mjs';
import { DOOR, digestOf } from './doors.mjs';
import { commitmentOf } from './names.mjs';

class ReviewProof extends HTMLElement {
  async connectedCallback() {
    try {
      this.tell(await this.check());
    } catch (error) {
      this.replaceChildren(el('p', { class: 'trouble', role: 'alert' }, error.message));
    }
  }

  async check() {
    const review = await ask('GET', `${DOOR}/${this.dataset.review}`);
    const receipt = await node.rpc('pharmacy', 'eth_getTransactionReceipt', [review.tx]);
    const told = receipt?.logs.map(decodeReviewed).find((one) => one?.nullifier === review.id);
    const text = review.erased ? null : await ask('GET', `${DOOR}/texts/${review.content}`).catch(() => null);
    const name = text && { shown: text.name, full: text.full, salt: text.name_salt, other: text.name_other };
    return [
      ['review-proof-event', Boolean(told) && told.rating === review.rating && told.before === review.before && told.afterwards === review.afterwards && told.content === review.content],
      ['review-proof-text', text === null ? null : digestOf(text) === told?.content],
      ['review-proof-name', text === null ? null : commitmentOf(name) === told?.name],
    ];
  }

  tell(found) {
    this.replaceChildren(el('ul', { class: 'plain', role: 'status' }, ...found.map(([sentence, right]) => el('li', { class: right === null ? 'muted' : right ? 'ok-line' : 'trouble' }, right === null ? '— ' : right ? '✓ ' : '✗ ', say(sentence)))));
  }
}

customElements.define('review-proof', ReviewProof);
