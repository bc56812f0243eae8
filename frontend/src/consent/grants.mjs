// <consent-grants>: everything granted, in words; withdrawing and renewing.
import { ask as askDialog } from '../wallet/dialog.mjs';
import { rotates, withdrawGrant } from './granting.mjs';
import { entriesOf, nameOfPatient, openPerson } from './people.mjs';
import { categoryName, csv, download, purposeName, rightsName, sentence, standing, whoName } from './sentences.mjs';
import { Opened, Steps, button, caution, el, empty, field, icon, moment, now, reason, short, text } from './shell.mjs';

const GROUPS = ['force', 'ended', 'withdrawn'];
const MARKS = { force: ['badge-check', 'ok'], ended: ['hourglass', ''], withdrawn: ['undo-2', 'warn'] };

class ConsentGrants extends Opened {
  async load() {
    this.person = await openPerson();
    this.patients = [...this.person.own, ...this.person.others];
    const found = await Promise.all(this.patients.map((patient) => entriesOf(this.person, patient.address)));
    this.entries = found.flat().sort((a, b) => b.at - a.at);
    this.wanted ??= { q: '', category: '', patient: '' };
  }

  show() {
    if (!this.patients.length) {
      return this.put(el('section', { class: 'card' }, empty('user', text('no-relation'), text('no-relation-lead'), el('a', { class: 'btn', href: '/records' }, text('to-records')))));
    }
    this.list = el('div', { class: 'stack' });
    this.put(this.head(), this.list);
    this.fill();
    return undefined;
  }

  head() {
    const search = el('input', { type: 'search', value: this.wanted.q, placeholder: text('search-hint'), oninput: () => { this.wanted.q = search.value.trim().toLowerCase(); this.fill(); } });
    const pick = el('select', { onchange: () => { this.wanted.category = pick.value; this.fill(); } }, el('option', { value: '' }, text('all')),
      ...[...new Set(this.entries.map((entry) => entry.category).filter(Boolean))].map((name) => el('option', { value: name }, categoryName(name))));
    const whose = el('select', { onchange: () => { this.wanted.patient = whose.value; this.fill(); } }, el('option', { value: '' }, text('all')),
      ...this.patients.map((patient) => el('option', { value: patient.address }, nameOfPatient(patient))));
    return el('section', { class: 'card' }, el('div', { class: 'card-h' },
      el('p', { class: 'note grow' }, icon('fingerprint'), el('span', {}, text('only-here'))),
      el('p', { class: 'btns' }, el('a', { class: 'btn', href: '/consent/new' }, icon('plus'), text('new')), button(text('export'), () => this.export(), { mark: 'file-spreadsheet' }))),
    el('div', { class: 'finder' }, field(text('search'), search), field(text('category'), pick), field(text('relation-of'), whose)));
  }

  matching() {
    const { q, category, patient } = this.wanted;
    return this.entries.filter((entry) => (!category || entry.category === category) && (!patient || entry.patient === patient)
      && (!q || `${entry.opening ? sentence(entry) : ''} ${entry.memberName ?? ''} ${entry.id}`.toLowerCase().includes(q)));
  }

  fill() {
    const found = this.matching();
    const at = now();
    this.list.replaceChildren(...GROUPS.map((group) => {
      const rows = found.filter((entry) => standing(entry, at) === group);
      if (!rows.length && group !== 'force') return '';
      return el('section', { class: 'card', 'aria-label': text(`group-${group}`) }, el('div', { class: 'card-h' }, el('h2', {}, text(`group-${group}`)), el('span', { class: `pill ${MARKS[group][1]}` }, String(rows.length))),
        rows.length ? el('ul', { class: 'grants' }, ...rows.map((entry) => this.row(entry, group))) : empty('inbox', text('none-in-force'), text('none-in-force-lead')));
    }));
  }

  row(entry, group) {
    const [mark, tone] = MARKS[group];
    const known = Boolean(entry.opening);
    const facts = [nameOfPatient(this.patients.find((one) => one.address === entry.patient)), text('since', { at: moment(entry.at) })];
    if (entry.withdrawn) facts.push(text('withdrawn-at', { at: moment(entry.withdrawn) }));
    return el('li', { class: tone, 'data-grant': entry.id }, el('span', { class: 'dot' }, icon(mark)),
      el('div', { class: 'grow' }, el('p', { class: 'says' }, known ? sentence(entry) : text('unknown-terms', { until: moment(entry.until) })),
        entry.memberName ? el('p', { class: 'muted tiny' }, entry.memberName) : null,
        el('p', { class: 'muted tiny' }, facts.join(' · '), ' ', el('span', { class: 'hash', title: entry.id }, short(entry.id)))),
      group === 'force' ? el('p', { class: 'btns' },
        known ? el('a', { class: 'btn ghost sm', href: `/consent/new#renew=${entry.id}` }, icon('refresh-cw'), text('renew')) : null,
        button(text('withdraw'), () => this.withdraw(entry), { mark: 'ban', small: true })) : null);
  }

  async withdraw(entry) {
    const patient = this.patients.find((one) => one.address === entry.patient);
    const turns = rotates(patient, entry);
    const done = await askDialog(text('withdraw-title'), (close) => {
      const steps = new Steps([text('step-withdraw'), ...(turns ? [text('step-rotate'), text('step-fragments')] : [])]);
      const trouble = el('p', { class: 'trouble', role: 'alert' });
      const agree = el('button', { class: 'btn', type: 'submit' }, text('withdraw'));
      const form = el('form', { class: 'stack', method: 'dialog' }, entry.opening ? el('p', {}, sentence(entry)) : null,
        el('ul', { class: 'can' }, ...['can-1', ...(turns ? ['can-2'] : [])].map((name) => el('li', { class: 'ok' }, icon('check'), el('span', {}, text(name)))), ...['cannot-1', 'cannot-2'].map((name) => el('li', { class: 'bad' }, icon('x'), el('span', {}, text(name))))),
        trouble, el('p', { class: 'btns' }, agree, button(text('keep-it'), () => close(null))));
      form.addEventListener('submit', async (event) => {
        event.preventDefault();
        agree.disabled = true;
        trouble.before(steps.node);
        try {
          const sender = patient.keys ? patient : this.person.home;
          await withdrawGrant(sender, patient, entry, this.entries.filter((other) => other.patient === entry.patient), steps);
          close(true);
        } catch (error) {
          trouble.textContent = reason(error);
          agree.disabled = false;
          this.stale = true;
        }
      });
      return form;
    });
    if (done || this.stale) {
      this.stale = false;
      await this.load();
      this.show();
      if (done) this.prepend(caution(text('withdrawn-done'), 'fine'));
    }
  }

  export() {
    const head = ['csv-who', 'csv-member', 'csv-rights', 'csv-category', 'csv-purpose', 'csv-since', 'csv-until', 'csv-standing', 'csv-id'].map((name) => text(name));
    const rows = this.matching().map((entry) => [
      entry.opening ? whoName(entry) : '', entry.memberName ?? '', entry.opening ? rightsName(entry.opening.rights) : '', entry.category ? categoryName(entry.category) : '',
      entry.opening ? purposeName(entry.opening.purpose) : '', moment(entry.at), moment(entry.until), text(`group-${standing(entry, now())}`), entry.id,
    ]);
    download('grants.csv', csv([head, ...rows]), 'text/csv;charset=utf-8');
  }
}

customElements.define('consent-grants', ConsentGrants);
