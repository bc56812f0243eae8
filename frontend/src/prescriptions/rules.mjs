// <prescription-rules>: a licensed pharmacist signs what this node's tables say as the next rule set.
import { openPerson } from '../consent/people.mjs';
import { readerOf } from '../consent/grantee.mjs';
import { askAs } from '../vault/doors.mjs';
import { signTransaction } from '../chain/accounts.mjs';
import { ask, follow } from '../chain/doors.mjs';
import { Opened, chainState, el, empty, field, icon, reason, text } from './surface.mjs';

class PrescriptionRules extends Opened {
  async load() {
    this.person = await openPerson();
    this.self = await readerOf(this.person.home.address);
  }

  show() {
    const { notes, home } = this.person;
    if (!this.self.licence) return this.put(el('section', { class: 'card' }, empty('badge-check', text('no-pharmacist'), text('no-pharmacist-lead', { account: home.address }))));
    const name = el('input', { name: 'name', required: true, maxlength: '60', value: notes.pharmacistName ?? '' });
    const changes = el('textarea', { name: 'changes', rows: '3', maxlength: '1000' });
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const state = el('p', { class: 'muted', role: 'status' });
    const work = el('button', { class: 'btn', type: 'submit' }, icon('signature'), text('publish-rules'));
    const form = el('form', { class: 'card stack', 'aria-label': text('publish-rules') }, el('h2', {}, text('publish-rules')), el('p', { class: 'muted' }, text('publish-rules-lead')), el('div', { class: 'grid' }, field(text('pharmacist-name'), name, text('becomes-public')), field(text('changes'), changes)), trouble, state, el('p', { class: 'btns' }, work));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      [trouble.textContent, work.disabled] = ['', true];
      try {
        const { calls } = await askAs(home.key, 'POST', '/api/prescriptions/rules', { name: name.value.trim(), changes: changes.value.trim() });
        await this.send(calls[0], (found) => { state.textContent = chainState(found); });
        notes.pharmacistName = name.value.trim();
        await this.person.keep();
        location.reload();
      } catch (error) {
        trouble.textContent = reason(error);
        work.disabled = false;
      }
    });
    this.put(form);
    return undefined;
  }

  /** The one call comes from the node, which has the bytes; the signature is made here. */
  async send({ to, data, gas, chainId }, told) {
    const { home } = this.person;
    const rpc = async (method, params) => (await ask('POST', '/rpc/care', { jsonrpc: '2.0', id: 1, method, params })).result;
    const nonce = Number(await rpc('eth_getTransactionCount', [home.address, 'pending']));
    const tx = await rpc('eth_sendRawTransaction', [signTransaction(home.key, { chainId, nonce, to, data, gas })]);
    return follow({ chain: 'care', tx }, ({ state }) => told(state));
  }
}

customElements.define('prescription-rules', PrescriptionRules);
