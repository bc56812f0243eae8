// <encounter-desk>: a physician publishes reading keys once, finds a patient by what the patient shows, asks, and sees the answers.
import * as doors from '../consent/doors.mjs';
import { readerOf } from '../consent/grantee.mjs';
import { openPerson } from '../consent/people.mjs';
import { Opened, Steps, button, caution, chainState, el, empty, field, icon, moment, now, reason, text } from '../consent/shell.mjs';
import { askPatient, publishReader } from './asking.mjs';
import { readCode, takeOffer } from './offers.mjs';

const CATEGORIES = ['disease', 'vitals', 'medication', 'imaging', 'insurance', 'identity', 'sensitive'];
const USUAL = new Set(['disease', 'vitals', 'medication', 'imaging']);
const PURPOSES = ['treatment', 'consultation', 'second-opinion'];
const HOURS = [8, 24, 72, 168, 720];
const TONES = { requested: 'warn', permitted: 'ok', declined: 'bad', finished: '' };

class EncounterDesk extends Opened {
  async load() {
    this.person = await openPerson();
    const { home } = this.person;
    this.self = await readerOf(home.address);
    this.visits = await doors.ask('GET', `/api/encounters?practitioner=${home.address}&limit=50`);
  }

  show() {
    const { self } = this;
    if (!self.licence || !self.member) {
      return this.put(el('section', { class: 'card' }, empty('stethoscope', text('no-licence'), text('no-licence-lead', { account: this.person.home.address }), el('a', { class: 'btn ghost', href: '/wallet' }, text('to-wallet')))));
    }
    this.put(this.who(), self.readingKey ? this.finder() : this.publish(), this.list());
    return undefined;
  }

  who() {
    return el('p', { class: 'muted' }, icon('badge-check'), ' ', text('you-are', { member: this.self.memberName, until: moment(this.self.licence.not_after) }));
  }

  publish() {
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const work = button(text('publish'), async () => {
      work.disabled = true;
      try {
        await publishReader(this.person, ({ state }) => { work.textContent = chainState(state); });
        await this.start();
      } catch (error) {
        trouble.textContent = reason(error);
        work.disabled = false;
      }
    }, { mark: 'key-round', ghost: false });
    return el('section', { class: 'card stack' }, el('h2', {}, text('publish-title')), el('p', { class: 'muted' }, text('publish-lead')), trouble, el('p', { class: 'btns' }, work));
  }

  finder() {
    const code = el('input', { name: 'code', required: true, autocomplete: 'off', inputmode: 'text', maxlength: '12', placeholder: 'XXXX-XXXX', class: 'num' });
    const name = el('input', { name: 'name', required: true, maxlength: '40', autocomplete: 'name', value: this.person.notes.physicianName ?? '' });
    const purpose = el('select', { name: 'purpose' }, ...PURPOSES.map((one) => el('option', { value: one }, text(`purpose-${one}`))));
    const hours = el('select', { name: 'hours' }, ...HOURS.map((one) => el('option', { value: String(one), selected: one === 24 }, text(one < 48 ? 'hours' : 'days', { n: one < 48 ? one : one / 24 }))));
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const scan = document.querySelector('[data-scan-place]')?.content.cloneNode(true) ?? '';
    const form = el('form', { class: 'card stack', 'aria-label': text('find-title') }, el('div', { class: 'card-h' }, el('h2', {}, icon('qr-code'), text('find-title'))),
      el('p', { class: 'muted' }, text('find-lead')),
      el('div', { class: 'grid' }, field(text('code'), code), field(text('your-name'), name), field(text('purpose'), purpose), field(text('how-long'), hours)), scan,
      el('fieldset', { class: 'radios' }, el('legend', {}, text('categories')), ...CATEGORIES.map((one) => el('label', {}, el('input', { type: 'checkbox', name: 'category', value: one, checked: USUAL.has(one) }), text(`category-${one}`)))),
      el('label', { class: 'check' }, el('input', { type: 'checkbox', name: 'append', checked: true }), text('may-append')),
      trouble, el('p', { class: 'btns' }, el('button', { class: 'btn', type: 'submit' }, icon('send'), text('ask'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.ask(form, trouble);
    });
    return form;
  }

  async ask(form, trouble) {
    const code = readCode(form.elements.code.value);
    const categories = [...form.querySelectorAll('[name=category]:checked')].map((box) => box.value);
    trouble.textContent = code ? (categories.length ? '' : text('choose-category')) : text('code-wrong');
    if (trouble.textContent) return;
    const controls = [...form.elements];
    controls.forEach((one) => { one.disabled = true; });
    const { home, notes } = this.person;
    const wish = {
      name: form.elements.name.value.trim(), member: this.self.memberName, licence: this.self.licence.id, categories, rights: form.elements.append.checked ? 3 : 1,
      purpose: form.elements.purpose.value, until: now() + Number(form.elements.hours.value) * 3600,
    };
    const steps = new Steps([text('step-offer'), text('step-request'), text('step-keep')]);
    trouble.before(steps.node);
    try {
      const offer = await steps.take(0, () => takeOffer(home, code));
      const letter = await steps.take(1, (told) => askPatient(this.person, offer, wish, ({ state }) => told(chainState(state))));
      await steps.take(2, async () => {
        notes.asked = { ...notes.asked, [letter.request]: { patient: letter.patient, purpose: wish.purpose, at: now() } };
        notes.physicianName = wish.name;
        await this.person.keep();
      });
      await this.start();
    } catch (error) {
      trouble.textContent = error.name === 'OperationError' ? text('code-wrong') : reason(error);
      controls.forEach((one) => { one.disabled = false; });
    }
  }

  list() {
    const rows = this.visits.map((visit) => this.row(visit));
    return el('section', { class: 'card', 'aria-label': text('visits') }, el('div', { class: 'card-h' }, el('h2', {}, text('visits')), button(text('look-again'), () => this.start(), { mark: 'refresh-cw', small: true })),
      rows.length ? el('ul', { class: 'grants' }, ...rows) : empty('inbox', text('no-visit'), text('no-visit-lead')));
  }

  row(visit) {
    const asked = this.person.notes.asked?.[visit.id];
    const over = visit.state === 'requested' && visit.until < now();
    return el('li', {}, el('span', { class: 'dot' }, icon('stethoscope')), el('div', { class: 'grow' },
      el('p', {}, el('a', { href: `/encounters/visit#${visit.id}` }, text('visit-of', { at: moment(visit.requested) })), ' ', el('span', { class: `pill ${TONES[visit.state]}` }, text(over ? 'state-over' : `state-${visit.state}`))),
      el('p', { class: 'muted tiny' }, [asked ? text(`purpose-${asked.purpose}`) : '', text('until', { at: moment(visit.until) })].filter(Boolean).join(' · '))));
  }
}

customElements.define('encounter-desk', EncounterDesk);
