// <consent-proxies>: who acts for the patient until when, and for whom the person at this device acts.
import { toBytes } from '../chain/bytes.mjs';
import { ask as askDialog } from '../wallet/dialog.mjs';
import { sendFrom } from '../vault/sending.mjs';
import * as doors from './doors.mjs';
import { chooseCustodians, grantWish } from './granting.mjs';
import { readerOf } from './grantee.mjs';
import { entriesOf, nameOfPatient, openPerson } from './people.mjs';
import { CATEGORIES, READ, categoryName, standing } from './sentences.mjs';
import { Opened, Steps, button, caution, chainState, el, empty, field, icon, moment, now, reason, short, text } from './shell.mjs';

const DAY = 86_400;
const YEAR = 365 * DAY;

class ConsentProxies extends Opened {
  async load() { this.person = await openPerson(); }

  show() {
    const { own, others, home } = this.person;
    this.put(
      el('section', { class: 'card', 'aria-label': text('my-proxies') }, el('div', { class: 'card-h' }, el('h2', {}, icon('users'), text('my-proxies')), own.length ? button(text('appoint'), () => this.appoint(), { mark: 'user-plus', ghost: false }) : null),
        own.some((patient) => patient.record.proxies.length) ? el('ul', { class: 'grants' }, ...own.flatMap((patient) => patient.record.proxies.map((proxy) => this.proxy(patient, proxy)))) : empty('users', text('no-proxy'), own.length ? text('no-proxy-lead') : text('no-relation-lead'))),
      el('section', { class: 'card', 'aria-label': text('i-act-for') }, el('h2', {}, icon('handshake'), text('i-act-for')),
        others.length ? el('ul', { class: 'grants' }, ...others.map((patient) => this.entrusted(patient))) : empty('handshake', text('act-for-nobody'), text('act-for-nobody-lead')),
        el('p', { class: 'note' }, icon('fingerprint'), el('span', {}, text('my-account'), ' ', el('output', { class: 'hash' }, home.address))), this.readerHint()));
  }

  /** Without published keys nobody can send this account a letter. */
  readerHint() {
    const place = el('div', {});
    doors.reader(this.person.home.address).then((known) => {
      if (!known) place.append(caution(text('reader-missing')), button(text('publish-reader'), async (event) => { event.target.disabled = true; await this.try(async () => { await publishReader(this.person.home); await this.start(); }, place); }, { mark: 'key-round' }));
    });
    return place;
  }

  proxy(patient, { account, until }) {
    const over = until < now();
    const name = this.person.notes.proxies?.[account] || short(account);
    return el('li', { class: over ? '' : 'ok' }, el('span', { class: 'dot' }, icon(over ? 'hourglass' : 'user-check')), el('div', { class: 'grow' }, el('p', { class: 'says' }, text('proxy-says', { who: name, until: moment(until) })), el('p', { class: 'muted tiny' }, nameOfPatient(patient))),
      over ? null : button(text('dismiss'), (event) => this.dismiss(event.target, patient, patient, account), { mark: 'ban', small: true }));
  }

  entrusted(patient) {
    return el('li', { class: 'ok' }, el('span', { class: 'dot' }, icon('user')), el('div', { class: 'grow' }, el('p', { class: 'says' }, text('entrusted-says', { who: patient.name || short(patient.address), until: moment(patient.until) })), el('p', { class: 'muted tiny' }, text('entrusted-can'))),
      el('p', { class: 'btns' }, el('a', { class: 'btn ghost sm', href: '/consent' }, text('to-grants')), button(text('resign'), (event) => this.dismiss(event.target, this.person.home, patient, this.person.home.address), { small: true })));
  }

  async try(work, place) {
    try {
      await work();
    } catch (error) {
      place.append(caution(reason(error), 'bad'));
    }
  }

  dismiss(place, sender, patient, account) {
    place.disabled = true;
    return this.try(async () => {
      await sendFrom(sender, [{ contract: 'Patients', name: 'dismissProxy', args: [patient.address, account] }]);
      await this.start();
    }, place.closest('li'));
  }

  async appoint() {
    const done = await askDialog(text('appoint'), (close) => this.appointForm(close));
    if (done) await this.start();
  }

  appointForm(close) {
    const { own } = this.person;
    const whose = el('select', { name: 'patient' }, ...own.map((one) => el('option', { value: one.address }, nameOfPatient(one))));
    const name = el('input', { name: 'name', maxlength: '60', required: true });
    const account = el('input', { name: 'account', required: true, pattern: '0x[0-9a-fA-F]{40}', autocomplete: 'off', class: 'hash' });
    const mine = el('input', { name: 'mine', maxlength: '60', required: true, placeholder: text('mine-hint') });
    const until = el('input', { name: 'until', type: 'date', required: true, value: day(now() + YEAR), min: day(now() + DAY) });
    const lengths = el('p', { class: 'pills' }, ...[[30, 'for-month'], [365, 'for-year'], [5 * 365, 'for-five']].map(([days, label]) => el('button', { class: 'pill', type: 'button', onclick: () => { until.value = day(now() + days * DAY); } }, text(label))));
    const reads = el('fieldset', { class: 'radios' }, el('legend', {}, text('also-read')), ...CATEGORIES.map((category) => el('label', {}, el('input', { type: 'checkbox', name: 'category', value: category }), categoryName(category))));
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const go = el('button', { class: 'btn', type: 'submit' }, text('appoint'));
    const form = el('form', { class: 'stack', method: 'dialog' }, caution(text('appoint-lead')), field(text('relation-of'), whose), field(text('proxy-name'), name), field(text('proxy-account'), account, text('proxy-account-note')), field(text('mine'), mine), field(text('until'), until), lengths, reads, trouble,
      el('p', { class: 'btns' }, go, button(text('cancel'), () => close(null))));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      go.disabled = true;
      trouble.textContent = '';
      try {
        const wish = { patient: own.find((one) => one.address === whose.value), name: name.value.trim(), account: account.value, mine: mine.value.trim(), until: Math.floor(Date.parse(`${until.value}T23:59:59+08:00`) / 1000), categories: [...reads.querySelectorAll(':checked')].map((box) => box.value) };
        await this.settle(wish, trouble);
        close(true);
      } catch (error) {
        trouble.textContent = reason(error);
        go.disabled = false;
      }
    });
    return form;
  }

  async settle(wish, trouble) {
    const { patient, categories, until } = wish;
    const reader = await readerOf(wish.account);
    if (!reader.readingKey) throw new Error(text('no-keys'));
    const steps = new Steps([text('step-appoint'), ...categories.map((category) => text('step-read', { category: categoryName(category) })), text('step-card')]);
    trouble.before(steps.node);
    await steps.take(0, (told) => sendFrom(patient, [{ contract: 'Patients', name: 'appointProxy', args: [patient.address, wish.account, until] }], ({ state }) => told(chainState(state))));
    const custodians = chooseCustodians(await doors.custodians());
    if (categories.length && !custodians) throw new Error(text('need-custodians'));
    for (const [at, category] of categories.entries()) {
      const one = { grantee: { ...reader, name: wish.name }, category, rights: READ, purpose: 'family', until, custodians, answered: true };
      await steps.take(at + 1, (told) => grantWish(this.person, patient, one, { take: (_, work) => work(told) }));
    }
    await steps.take(categories.length + 1, async () => {
      const grants = (await entriesOf(this.person, patient.address)).filter((entry) => entry.opening && standing(entry, now()) === 'force').map(({ id, ...entry }) => ({ ...entry, grant: id }));
      await doors.sendLetter(patient, wish.account, toBytes(reader.inbox), { kind: 'person-card', from: patient.address, patient: patient.address, name: wish.mine, until, grants: grants.slice(0, 30) });
      this.person.notes.proxies = { ...this.person.notes.proxies, [wish.account]: wish.name };
      await this.person.keep();
    });
  }
}

/** Publish the keys under which an account reads and gets letters. */
export const publishReader = ({ keys, ...sender }) => sendFrom(sender, [{ contract: 'Patients', name: 'publishReader', args: [keys.reading, keys.inbox] }]);

const day = (seconds) => new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 10);

customElements.define('consent-proxies', ConsentProxies);
