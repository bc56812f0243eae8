// <consent-emergencies>: counts for everybody; breaking, confirming and reading for physicians; ending for patients;
// reviewing for regulators.
import { toBytes } from '../chain/bytes.mjs';
import { sha256 } from '../sealing/digest.mjs';
import { utf8ToBytes } from '../sealing/coding.mjs';
import { sendFrom } from '../vault/sending.mjs';
import * as doors from './doors.mjs';
import { breakGlass, emergencyFiles, openFile, reasonHash } from './glass.mjs';
import { nameOfMember, readerOf } from './grantee.mjs';
import { nameOfPatient, openPerson } from './people.mjs';
import { Opened, button, caution, chainState, el, empty, field, icon, moment, reason, short, text } from './shell.mjs';

const names = new Map();
async function memberName(id) {
  if (!id) return '';
  if (!names.has(id)) names.set(id, nameOfMember((await doors.member(id))?.member) || short(id));
  return names.get(id);
}

class ConsentEmergencies extends Opened {
  async connectedCallback() {
    this.counts = el('section', { class: 'card', 'aria-label': text('counts') });
    await this.showCounts();
    await this.start();
  }

  put(...nodes) { this.replaceChildren(...nodes, this.counts); }

  async showCounts() {
    try {
      const { members } = await doors.ask('GET', '/api/consent/emergencies/counts');
      const rows = await Promise.all(members.map(async (one) => el('tr', {}, el('th', { scope: 'row' }, await memberName(one.member)), ...['broken', 'seconded', 'reviewed', 'unjustified'].map((name) => el('td', { class: 'num' }, String(one[name]))))));
      this.counts.replaceChildren(el('h2', {}, text('counts')), el('p', { class: 'muted' }, text('counts-lead')), rows.length
        ? el('div', { class: 'scroll', tabindex: '0' }, el('table', { class: 'data' }, el('thead', {}, el('tr', {}, ...['institution', 'count-broken', 'count-seconded', 'count-reviewed', 'count-unjustified'].map((name) => el('th', { scope: 'col' }, text(name))))), el('tbody', {}, ...rows)))
        : empty('shield-check', text('no-emergency'), text('no-emergency-lead')));
    } catch (error) {
      this.counts.replaceChildren(el('h2', {}, text('counts')), caution(reason(error), 'bad'));
    }
  }

  async load() {
    this.person = await openPerson();
    const { home } = this.person;
    this.me = await readerOf(home.address);
    const all = (await doors.ask('GET', '/api/consent/emergencies?limit=200')).emergencies;
    this.mine = all.filter((one) => one.first === home.address);
    this.toSecond = this.me.licence ? all.filter((one) => one.state === 'broken' && one.first !== home.address && one.member !== this.me.member) : [];
    this.toReview = this.me.kind === 'Regulator' ? (await doors.ask('GET', '/api/consent/emergencies?unreviewed=true')).emergencies : [];
    const patients = [...this.person.own, ...this.person.others];
    this.patients = patients;
    this.about = all.filter((one) => patients.some((patient) => patient.address === one.patient));
    await Promise.all(all.flatMap((one) => [memberName(one.member), memberName(one.second_member)]));
  }

  show() {
    this.put(...[
      this.patients.length ? this.part('about-me', 'shield-alert', this.about.map((one) => this.aboutMe(one)), 'none-about-me') : null,
      this.me.licence ? this.asking() : null,
      this.me.licence ? this.part('to-second', 'user-check', this.toSecond.map((one) => this.second(one)), 'none-to-second') : null,
      this.mine.length ? this.part('my-askings', 'stethoscope', this.mine.map((one) => this.own(one)), '') : null,
      this.me.kind === 'Regulator' ? this.part('to-review', 'signature', this.toReview.map((one) => this.review(one)), 'none-to-review') : null,
    ].filter(Boolean));
  }

  part(name, mark, rows, none) {
    return el('section', { class: 'card', 'aria-label': text(name) }, el('h2', {}, icon(mark), text(name)), rows.length ? el('ul', { class: 'grants' }, ...rows) : el('p', { class: 'muted' }, text(none)));
  }

  /** The words of a reason, if they came as a letter and fit the chain. */
  reasonOf(one) {
    const letter = this.person.letters.find(({ content }) => content.kind === 'break-glass' && content.id === one.id && reasonHash(content.salt, content.reason) === one.reason);
    return letter?.content.reason ?? this.person.notes.reasons?.[one.id]?.reason ?? '';
  }

  facts(one) {
    const second = one.second ? text('glass-second', { who: short(one.second), member: names.get(one.second_member) }) : text('glass-waits', { until: moment(one.until) });
    return el('div', { class: 'grow' },
      el('p', { class: 'says' }, text('glass-says', { who: short(one.first), member: names.get(one.member), at: moment(one.at) })),
      el('p', { class: 'muted tiny' }, second, ' · ', text(`glass-${one.state}`, { until: moment(one.until) })),
      this.reasonOf(one) ? el('p', {}, text('glass-reason', { reason: this.reasonOf(one) })) : null,
      one.justified === null ? null : el('p', { class: `pill ${one.justified ? 'ok' : 'bad'}` }, text(one.justified ? 'was-justified' : 'was-unjustified')));
  }

  row(one, ...more) {
    const tone = one.state === 'open' ? 'bad' : '';
    return el('li', { class: tone, 'data-glass': one.id }, el('span', { class: `dot ${tone}` }, icon(one.state === 'open' ? 'shield-alert' : 'clock')), this.facts(one), ...more.filter(Boolean));
  }

  /** A button that sends a call as an account, and shows how it goes. */
  sends(label, sender, call, rest = {}) {
    return button(label, async (event) => {
      const place = event.currentTarget;
      place.disabled = true;
      const state = el('small', { role: 'status' });
      place.after(state);
      try {
        await sendFrom(sender, [call()], (told) => { state.textContent = chainState(told.state); });
        await this.showCounts();
        await this.start();
      } catch (error) {
        state.replaceWith(caution(reason(error), 'bad'));
        place.disabled = false;
      }
    }, { small: true, ...rest });
  }

  aboutMe(one) {
    const patient = this.patients.find((found) => found.address === one.patient);
    const running = one.state === 'open' || one.state === 'broken';
    const sender = patient.keys ? patient : this.person.home;
    return this.row(one, el('p', { class: 'muted tiny' }, nameOfPatient(patient)), running ? this.sends(text('end-it'), sender, () => ({ contract: 'Consent', name: 'endBreakGlass', args: [one.id] }), { mark: 'ban', ghost: false }) : el('a', { class: 'btn ghost sm', href: '/consent/accesses' }, text('what-was-read')));
  }

  second(one) {
    return this.row(one, this.sends(text('confirm'), this.person.home, () => ({ contract: 'Consent', name: 'second', args: [one.id] }), { mark: 'user-check', ghost: false }));
  }

  asking() {
    const patient = el('input', { name: 'patient', required: true, pattern: '0x[0-9a-fA-F]{40}', autocomplete: 'off', class: 'hash' });
    const why = el('textarea', { name: 'reason', required: true, maxlength: '500', rows: '3', placeholder: text('reason-hint') });
    const colleague = el('input', { name: 'colleague', pattern: '0x[0-9a-fA-F]{40}', autocomplete: 'off', class: 'hash' });
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const state = el('p', { class: 'muted', role: 'status' });
    const go = el('button', { class: 'btn', type: 'submit' }, icon('shield-alert'), text('break'));
    const form = el('form', { class: 'stack' }, field(text('patient-account'), patient, text('patient-account-note')), field(text('reason'), why, text('reason-note')), field(text('colleague'), colleague, text('colleague-note')), caution(text('break-lead')), trouble, state, el('p', { class: 'btns' }, go));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      go.disabled = true;
      trouble.textContent = '';
      try {
        await this.break(patient.value, why.value.trim(), colleague.value, state);
        await this.showCounts();
        await this.start();
      } catch (error) {
        trouble.textContent = reason(error);
        go.disabled = false;
      }
    });
    return el('section', { class: 'card', 'aria-label': text('break-title') }, el('h2', {}, icon('heart-pulse'), text('break-title')), form);
  }

  async break(patient, why, colleague, state) {
    const { home, notes } = this.person;
    const record = await doors.patient(patient);
    if (!record) throw new Error(text('no-such-patient'));
    if (!this.me.readingKey) throw new Error(text('own-keys-missing'));
    const salt = await breakGlass(home, record.patient, why, (told) => { state.textContent = chainState(told.state); });
    const { emergencies } = await doors.ask('GET', `/api/consent/emergencies?patient=${record.patient}`);
    const { id } = emergencies.find((one) => one.first === home.address && one.reason === reasonHash(salt, why));
    notes.reasons = { ...notes.reasons, [id]: { salt, reason: why } };
    await this.person.keep();
    // Reasons go to whom they concern; the chain keeps a commitment only.
    const letter = { kind: 'break-glass', from: home.address, id, patient: record.patient, salt, reason: why };
    await doors.sendLetter(home, record.patient, toBytes(record.controller_inbox ?? record.inbox), letter);
    const second = colleague ? await doors.reader(colleague) : null;
    if (second) await doors.sendLetter(home, second.account, toBytes(second.inbox), letter);
  }

  own(one) {
    const place = el('div', { class: 'opened' });
    const read = one.state === 'open' ? button(text('read-emergency'), (event) => this.read(event.currentTarget, one, place), { mark: 'lock-open', small: true, ghost: false }) : null;
    const end = one.state === 'open' || one.state === 'broken' ? this.sends(text('end-it'), this.person.home, () => ({ contract: 'Consent', name: 'endBreakGlass', args: [one.id] })) : null;
    return this.row(one, el('p', { class: 'btns' }, read, end), place);
  }

  async read(place, one, shown) {
    place.disabled = true;
    shown.replaceChildren(el('p', { class: 'muted', role: 'status' }, text('asking-custodians')));
    try {
      const files = await emergencyFiles(this.person.home, one.patient);
      if (!files.length) shown.replaceChildren(empty('inbox', text('no-emergency-file'), text('no-emergency-file-lead')));
      else shown.replaceChildren(...await Promise.all(files.map((file) => this.file(one, file))));
    } catch (error) {
      shown.replaceChildren(caution(reason(error), 'bad'));
    }
    place.disabled = false;
  }

  async file(one, file) {
    try {
      const { facts, content, served, asked } = await openFile(this.person.home, one.id, file);
      const body = /json|text/.test(facts.media ?? '') ? new TextDecoder().decode(content) : '';
      const rows = Object.entries(facts.summary ?? {}).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, typeof value === 'object' ? JSON.stringify(value) : String(value))));
      return el('article', { class: 'emergency-file' }, el('h3', {}, facts.title), el('p', { class: 'muted tiny' }, facts.happened, ' · ', text('released-by', { n: served, of: asked })), rows.length ? el('dl', { class: 'facts' }, ...rows) : null,
        body ? el('details', {}, el('summary', {}, text('whole-text')), el('pre', { class: 'body', tabindex: '0' }, body)) : null);
    } catch (error) {
      return caution(reason(error), 'bad');
    }
  }

  review(one) {
    const findings = el('textarea', { rows: '2', maxlength: '2000', 'aria-label': text('findings'), placeholder: text('findings') });
    const call = (justified) => () => ({ contract: 'Consent', name: 'review', args: [one.id, justified, sha256(utf8ToBytes(findings.value))] });
    return this.row(one, el('div', { class: 'stack review' }, el('p', { class: one.overdue ? 'caution bad' : 'muted' }, text('review-by', { at: moment(one.review_by) })), findings,
      el('p', { class: 'btns' }, this.sends(text('justified'), this.person.home, call(true), { mark: 'check' }), this.sends(text('unjustified'), this.person.home, call(false), { mark: 'x' }))));
  }
}

customElements.define('consent-emergencies', ConsentEmergencies);
