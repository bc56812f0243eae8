// <consent-requests>: letters in which practitioners ask, checked against the chain; permitting and declining.
import { keccak, toBytes, toHex } from '../chain/bytes.mjs';
import { concatBytes } from '../sealing/coding.mjs';
import { sha256, whomHash } from '../sealing/digest.mjs';
import { sendFrom } from '../vault/sending.mjs';
import * as doors from './doors.mjs';
import { chooseCustodians, epochsOf, grantWish } from './granting.mjs';
import { readerOf } from './grantee.mjs';
import { nameOfPatient, openPerson } from './people.mjs';
import { APPEND, CATEGORIES, READ, categoryName, purposeName, rightsName } from './sentences.mjs';
import { Opened, Steps, button, caution, chainState, el, empty, icon, moment, now, reason, text } from './shell.mjs';

/** Commitment to the grants that were given: keccak256(abi.encode(salt, keccak256(ids))). */
export const permissionOf = (salt, ids) => toHex(keccak(concatBytes(toBytes(salt), keccak(concatBytes(...ids.map(toBytes))))));

/** What speaks against a request, as names of sentences; empty when chain and letter agree. */
export async function faultsOf(letter, reader) {
  const { content, raw, to } = letter;
  const visit = await doors.known(`/api/encounters/${content.request}`);
  if (!visit) return { faults: ['fault-unknown'], visit };
  const stood = [
    ['fault-whom', content.patient === to.address && visit.whom === whomHash(content.salt, to.address)],
    ['fault-terms', visit.terms === sha256(trimmed(raw))],
    ['fault-doctor', visit.practitioner === content.doctor.account && visit.member === reader.member],
    ['fault-licence', Boolean(reader.licence) && reader.mayAct],
    ['fault-key', reader.readingKey === content.readingKey],
    ['fault-late', visit.state !== 'requested' || visit.until >= now()],
  ];
  return { faults: stood.filter(([, good]) => !good).map(([name]) => name), visit };
}

/** A letter without the spaces that fill it up. */
function trimmed(raw) {
  let end = raw.length;
  while (end && raw[end - 1] === 32) end -= 1;
  return raw.subarray(0, end);
}

class ConsentRequests extends Opened {
  async load() {
    this.person = await openPerson();
    this.custodians = await doors.custodians();
    const letters = this.person.letters.filter(({ to, content }) => to.number > 0 && content.kind === 'request' && content.doctor?.account);
    this.requests = await Promise.all(letters.map(async (letter) => {
      const reader = await readerOf(letter.content.doctor.account);
      return { letter, reader, ...(await faultsOf(letter, reader)) };
    }));
    this.requests.sort((a, b) => b.letter.at - a.letter.at);
  }

  show() {
    const open = this.requests.filter(({ visit }) => visit?.state === 'requested');
    const past = this.requests.filter((one) => !open.includes(one));
    this.put(
      el('section', { class: 'card', 'aria-label': text('waiting') }, el('div', { class: 'card-h' }, el('h2', {}, text('waiting')), button(text('look-again'), () => this.start(), { mark: 'refresh-cw', small: true })),
        open.length ? el('div', { class: 'stack' }, ...open.map((one) => this.request(one))) : empty('inbox', text('no-request'), text('no-request-lead'), el('a', { class: 'btn', href: '/consent/show' }, icon('qr-code'), text('to-show')))),
      past.length ? el('section', { class: 'card', 'aria-label': text('answered') }, el('h2', {}, text('answered')), el('ul', { class: 'grants' }, ...past.map((one) => this.past(one)))) : '');
  }

  past({ letter, visit, reader }) {
    const { doctor, purpose } = letter.content;
    return el('li', {}, el('span', { class: 'dot' }, icon(visit?.state === 'declined' ? 'ban' : 'circle-check')), el('div', { class: 'grow' },
      el('p', { class: 'says' }, text('asked', { who: doctor.name, member: reader.memberName || doctor.member, purpose: purposeName(purpose) })),
      el('p', { class: 'muted tiny' }, `${text(`visit-${visit?.state ?? 'unknown'}`)} · ${moment(letter.at)}`)),
    visit?.state === 'permitted' ? button(text('end-visit'), (event) => this.end(event.target, letter), { small: true }) : null,
    button(text('forget'), () => this.forget(letter), { mark: 'trash-2', small: true, 'aria-label': text('forget') }));
  }

  request(one) {
    const { letter, reader, faults } = one;
    const { content, to } = letter;
    const facts = [
      [text('doctor'), el('strong', {}, content.doctor.name), ' ', reader.licence ? el('span', { class: 'pill ok' }, icon('badge-check'), text('licence-checked')) : el('span', { class: 'pill bad' }, text('no-licence'))],
      [text('institution'), reader.memberName || text('no-institution')],
      [text('purpose'), purposeName(content.purpose)],
      [text('wants'), `${content.categories.map(categoryName).join(text('and'))} · ${rightsName(content.rights)}`],
      [text('until'), moment(content.until)],
      [text('addressed'), nameOfPatient(to)],
    ];
    const form = el('form', { class: 'request stack' }, el('dl', { class: 'facts' }, ...facts.map(([term, ...told]) => el('div', {}, el('dt', {}, term), el('dd', {}, ...told)))),
      ...faults.map((name) => caution(text(name), 'bad')), faults.length ? null : this.choices(content, to));
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const permit = el('button', { class: 'btn', type: 'submit', disabled: faults.length > 0 }, icon('signature'), text('permit'));
    const decline = button(text('decline'), () => this.answer(form, trouble, () => this.decline(one)), { mark: 'ban' });
    form.append(trouble, el('p', { class: 'btns' }, permit, decline));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.answer(form, trouble, () => this.permit(one, form, trouble));
    });
    return form;
  }

  /** For each relation the categories that are asked for and that it has keys for. */
  choices(content, home) {
    const rows = this.person.own.map((patient) => {
      const known = CATEGORIES.filter((name) => content.categories.includes(name) && epochsOf(patient, patient.keys.label(name)).length);
      if (!known.length) return null;
      return el('fieldset', { class: 'radios' }, el('legend', {}, patient === home || patient.address === home.address ? text('folder-here', { name: nameOfPatient(patient) }) : nameOfPatient(patient)),
        ...known.map((name) => el('label', {}, el('input', { type: 'checkbox', name: 'choice', value: `${patient.address} ${name}`, checked: name !== 'sensitive' }), categoryName(name))));
    });
    return el('div', { class: 'stack' }, el('p', { class: 'muted' }, text('choose-lead')), ...rows);
  }

  async answer(form, trouble, work) {
    const controls = [...form.querySelectorAll('button, input')];
    controls.forEach((one) => { one.disabled = true; });
    trouble.textContent = '';
    try {
      await work();
      await this.load();
      this.show();
    } catch (error) {
      trouble.textContent = reason(error);
      controls.forEach((one) => { one.disabled = false; });
    }
  }

  wishes({ letter, reader }, form) {
    const { content, to } = letter;
    const custodians = chooseCustodians(this.custodians);
    if (!custodians) throw new Error(text('need-custodians'));
    const grantee = { ...reader, name: content.doctor.name };
    return [...form.querySelectorAll('[name=choice]:checked')].map((box) => {
      const [address, category] = box.value.split(' ');
      const patient = this.person.own.find((one) => one.address === address);
      // Others' folders are read; what is written at this institution goes into its own.
      const rights = patient.address === to.address ? content.rights : content.rights & ~APPEND & 7 || READ;
      return { patient, wish: { grantee, category, rights, purpose: content.purpose, until: content.until, custodians, answered: true } };
    });
  }

  async permit(one, form, trouble) {
    const { content, to } = one.letter;
    const wishes = this.wishes(one, form);
    if (!wishes.length) throw new Error(text('choose-one'));
    const steps = new Steps([...wishes.map(({ patient, wish }) => text('step-grant', { category: categoryName(wish.category), relation: nameOfPatient(patient) })), text('step-answer'), text('step-permit')]);
    trouble.before(steps.node);
    const entries = [];
    for (const [at, { patient, wish }] of wishes.entries()) {
      entries.push(await steps.take(at, (told) => grantWish(this.person, patient, wish, { take: (_, work) => work(told) })));
    }
    // The request's salt is shown on the chain now; under it anybody could try out which grants of which relations go together.
    const permissionSalt = toHex(crypto.getRandomValues(new Uint8Array(32)));
    await steps.take(wishes.length, () => doors.sendLetter(to, content.doctor.account, toBytes(content.inbox), { ...answerOf(content, to, entries), permissionSalt }));
    const args = [content.request, to.address, content.salt, permissionOf(permissionSalt, entries.map((entry) => entry.grant)), content.until];
    await steps.take(wishes.length + 1, (told) => sendFrom(to, [{ contract: 'Encounters', name: 'permit', args }], ({ state }) => told(chainState(state))));
  }

  async decline({ letter, visit }) {
    const { content, to } = letter;
    if (visit?.state === 'requested' && visit.whom === whomHash(content.salt, to.address)) {
      await sendFrom(to, [{ contract: 'Encounters', name: 'decline', args: [content.request, to.address, content.salt] }]);
    } else {
      await doors.dropLetter(to, letter.id);
    }
  }

  async end(place, { content, to }) {
    place.disabled = true;
    try {
      await sendFrom(to, [{ contract: 'Encounters', name: 'finish', args: [content.request] }]);
      await this.start();
    } catch (error) {
      place.replaceWith(caution(reason(error), 'bad'));
    }
  }

  async forget(letter) {
    await doors.dropLetter(letter.to, letter.id);
    await this.start();
  }
}

/** The letter that answers: for each folder its grants with their openings. */
function answerOf(content, home, entries) {
  const patients = [...new Set(entries.map((entry) => entry.patient))];
  const folders = patients.map((patient) => {
    const own = entries.filter((entry) => entry.patient === patient);
    const labels = Object.fromEntries(own.map((entry) => {
      const epoch = Math.max(...Object.keys(entry.keys).map(Number));
      return [entry.category, { label: entry.opening.label, epoch, key: entry.keys[epoch] }];
    }));
    return { patient, grants: own, labels, verifyingKey: own[0].verifyingKey };
  });
  return { kind: 'answer', from: home.address, request: content.request, home: home.address, folders };
}

customElements.define('consent-requests', ConsentRequests);
