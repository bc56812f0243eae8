// <consent-guardians>: choosing guardians; being one; getting words back on a new device; objecting.
import { toBytes } from '../chain/bytes.mjs';
import { ask as askDialog } from '../wallet/dialog.mjs';
import * as wallet from '../wallet/vault.mjs';
import { sendFrom } from '../vault/sending.mjs';
import * as doors from './doors.mjs';
import { bringBack, fitting, shareOut } from './guarding.mjs';
import { nameOfPatient, openPerson, readInbox } from './people.mjs';
import { download } from './sentences.mjs';
import { Opened, Steps, button, caution, chainState, el, empty, field, icon, moment, now, reason, short, text } from './shell.mjs';

const DAY = 86_400;
const LONG = 19 * 365 * DAY;
const SLIP = /^tcmchain-recovery:(0x[0-9a-fA-F]{40}):(0x[0-9a-f]{64})$/;

class ConsentGuardians extends Opened {
  async load() {
    this.person = await openPerson();
    this.guarded = await Promise.all(this.person.guarded.map(doors.patient));
    const lost = this.person.notes.recovering;
    this.lost = lost ? await doors.patient(lost) : null;
    this.reader = await doors.reader(this.person.home.address);
  }

  disconnectedCallback() { clearInterval(this.clock); }

  show() {
    clearInterval(this.clock);
    const { own } = this.person;
    this.put(...own.filter((one) => one.record.recovery).map((one) => this.alarm(one)),
      el('section', { class: 'card', 'aria-label': text('my-guardians') }, el('div', { class: 'card-h' }, el('h2', {}, icon('shield-check'), text('my-guardians')), own.length ? button(text('choose-guardians'), () => this.choose(), { mark: 'user-plus', ghost: false }) : null),
        own.some((one) => one.record.guardianship) ? el('ul', { class: 'grants' }, ...own.filter((one) => one.record.guardianship).map((one) => this.chosen(one))) : empty('users', text('no-guardian'), text(own.length ? 'no-guardian-lead' : 'no-relation-lead'))),
      el('section', { class: 'card', 'aria-label': text('i-guard') }, el('h2', {}, icon('user-check'), text('i-guard')),
        this.guarded.length ? el('ul', { class: 'grants' }, ...this.guarded.map((record) => this.guard(record))) : el('p', { class: 'muted' }, text('guard-nobody')),
        el('p', { class: 'note' }, icon('fingerprint'), el('span', {}, text('my-account'), ' ', el('output', { class: 'hash' }, this.person.home.address))),
        this.reader ? null : el('p', { class: 'btns' }, this.sends(text('publish-reader'), () => this.publish()))),
      this.wizard());
    this.clock = setInterval(() => this.tick(), 1000);
    this.tick();
  }

  /** Countdowns to the moment from which a recovery can be completed. */
  tick() {
    for (const place of this.querySelectorAll('[data-ready]')) {
      const left = Number(place.dataset.ready) - now();
      const [days, hours, minutes, seconds] = [Math.floor(left / DAY), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60];
      place.textContent = left > 0 ? text('time-left', { d: days, h: hours, m: minutes, s: seconds }) : text('time-over');
    }
  }

  sends(label, work, rest = {}) {
    return button(label, async (event) => {
      const place = event.currentTarget;
      place.disabled = true;
      const state = el('small', { role: 'status' });
      place.after(state);
      try {
        await work(({ state: at }) => { state.textContent = chainState(at); });
        await this.start();
      } catch (error) {
        state.replaceWith(caution(reason(error), 'bad'));
        place.disabled = false;
      }
    }, { small: true, ...rest });
  }

  call(sender, name, args, told) { return sendFrom(sender, [{ contract: 'Patients', name, args }], told); }

  publish() {
    const { home } = this.person;
    return this.call(home, 'publishReader', [home.keys.reading, home.keys.inbox]);
  }

  alarm(patient) {
    const { recovery, guardianship } = patient.record;
    return el('section', { class: 'card warn-card', role: 'alert' }, el('h2', {}, icon('alarm-clock'), text('recovery-underway')),
      el('p', {}, text('recovery-says', { relation: nameOfPatient(patient), account: short(recovery.account), n: recovery.supporters.length, of: guardianship.needed })),
      recovery.ready ? el('p', { class: 'countdown', 'data-ready': String(recovery.ready) }) : el('p', { class: 'muted' }, text('too-few-yet')),
      el('p', { class: 'btns' }, this.sends(text('object'), (told) => this.call(patient, 'objectRecovery', [patient.address], told), { mark: 'ban', ghost: false, small: false })), el('p', { class: 'muted' }, text('object-lead')));
  }

  chosen(patient) {
    const { guardians, needed, delay } = patient.record.guardianship;
    const names = guardians.map((account) => this.person.notes.guardians?.[account] || short(account)).join(text('and'));
    return el('li', { class: 'ok' }, el('span', { class: 'dot' }, icon('shield-check')), el('div', { class: 'grow' }, el('p', { class: 'says' }, text('guardians-say', { names, n: needed, of: guardians.length, days: Math.round(delay / DAY) })), el('p', { class: 'muted tiny' }, nameOfPatient(patient))));
  }

  async choose() {
    const done = await askDialog(text('choose-guardians'), (close) => this.chooseForm(close));
    if (done) await this.start();
  }

  chooseForm(close) {
    const rows = el('div', { class: 'rows stack' });
    const add = () => rows.append(el('div', { class: 'row' },
      field(text('guardian-name'), el('input', { name: 'name', maxlength: '60', required: true })), field(text('guardian-account'), el('input', { name: 'account', required: true, pattern: '0x[0-9a-fA-F]{40}', autocomplete: 'off', class: 'hash' }))));
    [1, 2, 3].forEach(add);
    const needed = el('input', { name: 'needed', type: 'number', min: '1', max: '15', value: '2', required: true });
    const days = el('input', { name: 'days', type: 'number', min: '1', max: '365', value: '3', required: true });
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const go = el('button', { class: 'btn', type: 'submit' }, text('hand-out'));
    const form = el('form', { class: 'stack', method: 'dialog' }, el('p', { class: 'muted' }, text('guardians-lead')), rows,
      el('p', { class: 'btns' }, button(text('one-more'), add, { mark: 'plus', small: true }), button(text('one-less'), () => { if (rows.childElementCount > 1) rows.lastElementChild.remove(); }, { mark: 'x', small: true })),
      el('div', { class: 'finder' }, field(text('needed'), needed, text('needed-note')), field(text('delay'), days, text('delay-note'))), trouble, el('p', { class: 'btns' }, go, button(text('cancel'), () => close(null))));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      go.disabled = true;
      trouble.textContent = '';
      try {
        const guardians = [...rows.children].map((row) => ({ name: row.querySelector('[name=name]').value.trim(), account: row.querySelector('[name=account]').value }));
        await this.settle(guardians, Number(needed.value), Number(days.value), trouble);
        close(true);
      } catch (error) {
        trouble.textContent = reason(error);
        go.disabled = false;
      }
    });
    return form;
  }

  async settle(guardians, needed, days, trouble) {
    if (needed > guardians.length) throw new Error(text('too-many-needed'));
    const readers = await Promise.all(guardians.map(({ account }) => doors.reader(account)));
    const missing = guardians.filter((_, at) => !readers[at]);
    if (missing.length) throw new Error(text('guardian-no-keys', { names: missing.map((one) => one.name).join(text('and')) }));
    const { own, notes } = this.person;
    const steps = new Steps([text('step-split'), text('step-shares'), ...own.map((one) => text('step-guardians', { relation: nameOfPatient(one) }))]);
    trouble.before(steps.node);
    const made = await steps.take(0, async () => {
      const words = await wallet.words();
      return Promise.all(own.map((one) => shareOut(words, one.address, needed, guardians.length)));
    });
    // Shares first: a tab that closes before the chain is told leaves the guardians of before in force.
    await steps.take(1, async (told) => {
      for (const [place, reader] of readers.entries()) {
        for (const [at, patient] of own.entries()) {
          await doors.sendLetter(patient, reader.account, toBytes(reader.inbox), { ...made[at].letters[place], from: patient.address });
        }
        told(`${place + 1}/${readers.length}`);
      }
      notes.guardians = { ...notes.guardians, ...Object.fromEntries(readers.map((one, at) => [one.account, guardians[at].name])) };
      await this.person.keep();
    });
    for (const [at, patient] of own.entries()) {
      const args = [patient.address, readers.map((one) => one.account), needed, days * DAY, made[at].backup];
      await steps.take(at + 2, (told) => this.call(patient, 'setGuardians', args, ({ state }) => told(chainState(state))));
    }
  }

  /** One patient whom this account guards: propose, agree, hand the share over once the chain has spoken. */
  guard(record) {
    const { home } = this.person;
    const { recovery, guardianship } = record;
    const share = fitting(this.person.notes.shares?.[record.patient] ?? [], record.patient, guardianship?.backup ?? '')[0];
    const actions = [];
    if (recovery && !recovery.supporters.includes(home.address)) actions.push(this.sends(text('agree'), (told) => this.call(home, 'supportRecovery', [record.patient, recovery.account], told), { mark: 'check', ghost: false }));
    if (!recovery) actions.push(button(text('propose'), () => this.propose(record), { mark: 'life-buoy', small: true }));
    if (record.controller !== record.patient && share) actions.push(this.sends(text('hand-over'), () => this.handOver(record, share), { mark: 'send', ghost: false }));
    const state = recovery ? text('recovery-state', { account: short(recovery.account), n: recovery.supporters.length, of: guardianship.needed }) : text(record.controller === record.patient ? 'guard-quiet' : 'recovered-to', { account: short(record.controller) });
    return el('li', { 'data-guarded': record.patient }, el('span', { class: 'dot' }, icon(recovery ? 'alarm-clock' : 'user-check')), el('div', { class: 'grow' }, el('p', { class: 'says' }, text('guard-says', { account: short(record.patient) })), el('p', { class: 'muted tiny' }, state, ' · ', text(share ? 'share-held' : 'share-missing')),
      recovery?.ready ? el('p', { class: 'countdown', 'data-ready': String(recovery.ready) }) : null, el('p', { class: 'hash muted tiny' }, record.patient)), el('p', { class: 'btns' }, ...actions));
  }

  async propose(record) {
    const done = await askDialog(text('propose'), (close) => {
      const slip = el('textarea', { rows: '3', required: true, spellcheck: 'false', class: 'hash', name: 'slip' });
      const trouble = el('p', { class: 'trouble', role: 'alert' });
      const go = el('button', { class: 'btn', type: 'submit' }, text('propose'));
      const form = el('form', { class: 'stack', method: 'dialog' }, caution(text('propose-lead')), field(text('slip'), slip, text('slip-note')), trouble, el('p', { class: 'btns' }, go, button(text('cancel'), () => close(null))));
      form.addEventListener('submit', async (event) => {
        event.preventDefault();
        const [, account, inbox] = slip.value.trim().match(SLIP) ?? [];
        if (!account) { trouble.textContent = text('slip-wrong'); return; }
        go.disabled = true;
        try {
          await this.call(this.person.home, 'proposeRecovery', [record.patient, account, inbox]);
          close(true);
        } catch (error) {
          trouble.textContent = reason(error);
          go.disabled = false;
        }
      });
      return form;
    });
    if (done) await this.start();
  }

  /** Only to the account, and the inbox, that the chain names after the delay. */
  async handOver(record, share) {
    const fresh = await doors.patient(record.patient);
    if (fresh.controller === fresh.patient || !fresh.controller_inbox) throw new Error(text('not-recovered'));
    await doors.sendLetter(this.person.home, fresh.controller, toBytes(fresh.controller_inbox), { ...share, from: this.person.home.address });
  }

  wizard() {
    const { home } = this.person;
    const slip = `tcmchain-recovery:${home.address}:0x${[...home.keys.inbox].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    const account = el('input', { name: 'lost', pattern: '0x[0-9a-fA-F]{40}', required: true, autocomplete: 'off', class: 'hash', value: this.lost?.patient ?? '' });
    const form = el('form', { class: 'finder' }, field(text('lost-account'), account, text('lost-account-note')), el('button', { class: 'btn ghost', type: 'submit' }, icon('eye'), text('follow')));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      this.person.notes.recovering = account.value;
      await this.person.keep();
      await this.start();
    });
    return el('details', { class: 'card', open: Boolean(this.lost) }, el('summary', {}, el('h2', {}, icon('key-round'), text('lost-words'))),
      el('ol', { class: 'plain' }, el('li', {}, text('lost-1')), el('li', {}, text('lost-2'), el('output', { class: 'hash slip' }, slip), button(text('copy'), () => navigator.clipboard?.writeText(slip), { small: true }), this.reader ? null : el('p', {}, this.sends(text('publish-reader'), () => this.publish(), { ghost: false }))), el('li', {}, text('lost-3')), el('li', {}, text('lost-4'))),
      form, this.lost ? this.progress(this.lost) : null);
  }

  progress(record) {
    const { home } = this.person;
    const { recovery, guardianship } = record;
    const mine = record.controller === home.address;
    if (mine) {
      const found = fitting(this.person.letters.map(({ content }) => content), record.patient, guardianship.backup);
      return el('div', { class: 'stack' }, el('p', { class: 'pill ok' }, text('recovered-mine')), el('p', {}, text('shares-come', { n: found.length, of: guardianship.needed })),
        el('p', { class: 'btns' }, button(text('look-again'), () => this.start(), { mark: 'refresh-cw' }), found.length >= guardianship.needed ? button(text('open-words'), () => this.restore(record), { mark: 'lock-open', ghost: false }) : null));
    }
    if (!recovery || recovery.account !== home.address) return el('p', { class: 'muted' }, text('not-proposed'));
    return el('div', { class: 'stack' }, el('p', {}, text('recovery-state', { account: short(recovery.account), n: recovery.supporters.length, of: guardianship.needed })),
      recovery.ready ? el('p', { class: 'countdown', 'data-ready': String(recovery.ready) }) : el('p', { class: 'muted' }, text('too-few-yet')),
      el('p', { class: 'btns' }, recovery.ready && recovery.ready <= now() ? this.sends(text('complete'), (told) => this.call(home, 'completeRecovery', [record.patient], told), { ghost: false, small: false }) : button(text('look-again'), () => this.start(), { mark: 'refresh-cw' })));
  }

  async restore(record) {
    const { home } = this.person;
    const letters = (await readInbox(home)).map(({ content }) => content);
    const words = await bringBack(letters, record.patient, record.guardianship);
    const done = await askDialog(text('open-words'), (close) => {
      if (!words) return el('div', { class: 'stack' }, caution(text('shares-unfit'), 'bad'), el('p', { class: 'btns' }, button(text('cancel'), () => close(null))));
      const first = el('input', { type: 'password', minlength: '10', required: true, autocomplete: 'new-password' });
      const again = el('input', { type: 'password', required: true, autocomplete: 'new-password' });
      const trouble = el('p', { class: 'trouble', role: 'alert' });
      const form = el('form', { class: 'stack', method: 'dialog' }, el('p', {}, text('words-back')), el('ol', { class: 'words' }, ...words.split(' ').map((word) => el('li', {}, word))), caution(text('keep-this-wallet')), button(text('save-wallet'), () => download('tcmchain-wallet.json', wallet.backup(), 'application/json')),
        field(text('passphrase'), first), field(text('passphrase-again'), again), trouble, el('p', { class: 'btns' }, el('button', { class: 'btn', type: 'submit' }, text('take-back')), button(text('cancel'), () => close(null))));
      form.addEventListener('submit', async (event) => {
        event.preventDefault();
        if (first.value !== again.value) { trouble.textContent = text('passphrase-differs'); return; }
        try {
          // The chain gave the last word to this device's account; it lets the words' own account act again.
          await this.call(home, 'appointProxy', [record.patient, record.patient, now() + LONG]);
          await wallet.create(words, first.value, 0);
          close(true);
        } catch (error) {
          trouble.textContent = reason(error);
        }
      });
      return form;
    });
    if (done) location.assign('/records');
  }
}

customElements.define('consent-guardians', ConsentGuardians);
