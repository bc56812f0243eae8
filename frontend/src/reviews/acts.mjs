// <harm-seen>: a practitioner's report; <reward-claim data-whose>: having points paid, which anybody may.
import { ask, follow } from '../chain/doors.mjs';
import { Acting, nested } from '../wallet/forms.mjs';
import { element as el } from '../wallet/dialog.mjs';
import * as node from '../wallet/node.mjs';
import { say } from '../wallet/words.mjs';
import { DOOR, freshSalt } from './doors.mjs';

class HarmSeen extends Acting {
  async act() {
    const { formula, version, severity, words, began = '', done = '' } = nested(this.form);
    const text = { schema: 'tcmchain.harm.1', salt: freshSalt(), words, began, done };
    const { digest } = await node.ask('POST', `${DOOR}/texts`, text);
    const { calls } = await node.ask('POST', `${DOOR}/harm/seen`, { formula, version, severity, content: digest });
    await this.settle(calls);
  }
}

class RewardClaim extends HTMLElement {
  connectedCallback() {
    this.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.claim();
    });
  }

  async claim() {
    const [button, state] = [this.querySelector('button'), el('p', { class: 'muted', role: 'status' }, say('submitted'))];
    button.disabled = true;
    this.append(state);
    try {
      const { txs } = await ask('POST', `/api/rewards/claims/${this.dataset.whose}`);
      for (const tx of txs) await follow({ chain: 'care', tx }, (told) => { state.textContent = say(told.state); });
      location.reload();
    } catch (error) {
      state.textContent = error.message;
      button.disabled = false;
    }
  }
}

customElements.define('harm-seen', HarmSeen);
customElements.define('reward-claim', RewardClaim);
