// <records-add>: measured values, files of one's own, and the second key that some of them need.
import { toBytes, toHex } from '../chain/bytes.mjs';
import { Upload, commit, prepare } from '../vault/storing.mjs';
import { keep } from './content.mjs';
import { custodians } from './doors.mjs';
import { bundle, subjectOf, vitalSigns } from './fhir.mjs';
import { Screen, Steps, reason } from './screen.mjs';
import { bring, freshSecond, keyFile, readPublic, secondKeys } from './second.mjs';
import { judge, mark } from './vitals.mjs';
import { CATEGORIES, button, card, caution, choice, element, empty, field, icon, link, relationName, say, size } from './surface.mjs';
import { UNITS } from './rows.mjs';

const LIMITS = { systolic: [40, 300, 1], diastolic: [20, 200, 1], pulse: [20, 300, 1], temperature_c: [30, 45, 0.1], spo2: [50, 100, 1], glucose_mmol_l: [0.5, 60, 0.1], weight_kg: [0.5, 400, 0.1], height_cm: [30, 250, 0.1] };
const TYPES = ['document', 'lab', 'imaging', 'prescription', 'note', 'profile', 'allergy', 'medication'];
const OF_TYPE = { lab: 'disease', imaging: 'imaging', prescription: 'medication', medication: 'medication', profile: 'vitals', allergy: 'emergency' };
const BLOODS = ['A', 'B', 'AB', 'O'];
const local = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 16);
const iso = (text) => `${text}:00+08:00`;

export class RecordsAdd extends Screen {
  async opened(person) {
    if (!person.relations.length) {
      this.fill(empty('clipboard-list', say('no-relation'), say('no-relation-lead'), link('/records/register', 'plus', say('register'), { ghost: false })));
      return;
    }
    this.person = person;
    this.fill(this.whose(), element('div', { class: 'cols even' }, this.vitals(), this.file()), element('div', { class: 'cols even' }, this.profile(), this.second()));
    if (location.hash === '#second') this.querySelector('#second').scrollIntoView();
  }

  whose() {
    const names = this.person.relations.map((one) => [String(one.number), `${relationName(one)}${one.note.person && one.note.person !== 'self' ? ` (${say(`for-${one.note.person}`)})` : ''}`]);
    this.pick = choice('relation', names);
    return element('section', { class: 'card finder' }, element('label', { class: 'field grow' }, element('span', {}, say('to-folder')), this.pick));
  }

  get relation() {
    return this.person.relations.find((one) => String(one.number) === this.pick.value);
  }

  vitals() {
    const inputs = Object.entries(LIMITS).map(([name, [min, max, step]]) => field(`${say(`measure-${name}`)} (${UNITS[name]})`, element('input', { type: 'number', name, min, max, step, inputmode: 'decimal' })));
    const form = element('form', { class: 'stack' }, element('div', { class: 'value-fields' }, ...inputs), field(say('measured-at'), element('input', { type: 'datetime-local', name: 'at', required: true, value: local() })), submit('heart-pulse', 'keep-values'));
    const place = element('div', { class: 'stack', 'aria-live': 'polite' });
    form.addEventListener('submit', (event) => { event.preventDefault(); this.keepVitals(form, place); });
    return card(say('vitals'), null, form, place);
  }

  async keepVitals(form, place) {
    const { at, ...given } = Object.fromEntries(new FormData(form));
    const values = Object.fromEntries(Object.entries(given).filter(([, text]) => text !== '').map(([name, text]) => [name, Number(text)]));
    if (!Object.keys(values).length) {
      place.replaceChildren(caution(say('no-values'), 'bad'));
      return;
    }
    const body = vitalSigns(this.relation.patient, iso(at), values);
    const draft = { type: 'vitals', title: say('vitals'), happened: iso(at), category: 'vitals', media: 'application/fhir+json', summary: values };
    const done = await this.store(new Blob([JSON.stringify(body)]), draft, { needed: 1, categories: ['vitals'] }, place);
    if (!done) return;
    form.reset();
    form.elements.at.value = local();
    place.append(...judge(values).map(({ tone, says, advice, source }) => element('div', { class: `minding ${mark(tone)}` }, icon('triangle-alert'), element('p', {}, element('strong', {}, says), ' ', advice, element('small', { class: 'muted' }, ` ${source}`)))));
  }

  file() {
    const input = element('input', { type: 'file', name: 'file', required: true, class: 'sr-only', id: 'chosen' });
    const camera = element('input', { type: 'file', accept: 'image/*', capture: 'environment', class: 'sr-only', id: 'camera', tabindex: '-1' });
    const told = element('strong', {}, say('drop-here'));
    const drop = element('div', { class: 'drop' }, icon('cloud-upload', 32), told, element('p', { class: 'muted tiny' }, say('drop-lead')),
      element('p', { class: 'btns' }, element('label', { class: 'btn ghost sm', for: 'chosen' }, say('choose-file')), element('label', { class: 'btn ghost sm', for: 'camera' }, say('take-photo'))), input, camera);
    const form = element('form', { class: 'stack' }, drop,
      field(say('title'), element('input', { name: 'title', required: true, maxlength: '80', autocomplete: 'off' })),
      element('div', { class: 'value-fields' },
        field(say('type'), choice('type', TYPES.map((name) => [name, say(`type-${name}`)]))),
        field(say('category'), choice('category', CATEGORIES.map((name) => [name, say(`category-${name}`)]), 'disease'))),
      field(say('happened'), element('input', { type: 'datetime-local', name: 'at', required: true, value: local() })),
      this.keys(), submit('upload', 'seal-and-add'));
    const place = element('div', { class: 'stack', 'aria-live': 'polite' });
    const take = (chosen) => {
      this.chosen = chosen;
      told.textContent = `${chosen.name} · ${size(chosen.size)}`;
      if (!form.elements.title.value) form.elements.title.value = chosen.name.replace(/\.[^.]+$/, '').slice(0, 80);
      if (chosen.type.startsWith('image/') && form.elements.type.value === 'document') form.elements.category.value = 'imaging';
    };
    for (const one of [input, camera]) one.addEventListener('change', () => { if (one.files[0]) take(one.files[0]); });
    drop.addEventListener('dragover', (event) => { event.preventDefault(); drop.classList.add('over'); });
    drop.addEventListener('dragleave', () => drop.classList.remove('over'));
    drop.addEventListener('drop', (event) => {
      event.preventDefault();
      drop.classList.remove('over');
      if (event.dataTransfer.files[0]) { input.required = false; take(event.dataTransfer.files[0]); }
    });
    camera.addEventListener('change', () => { input.required = false; });
    form.elements.type.addEventListener('change', () => { form.elements.category.value = OF_TYPE[form.elements.type.value] ?? 'disease'; });
    form.addEventListener('submit', (event) => { event.preventDefault(); this.keepFile(form, place); });
    return card(say('own-file'), null, form, place);
  }

  /** Which keys open it: one, or several of them together, one of which is from outside the words. */
  keys() {
    const known = this.person.notes.second ?? [];
    return element('details', { class: 'keys' }, element('summary', {}, say('several-keys')), element('div', { class: 'stack' }, element('p', { class: 'muted tiny' }, say('several-keys-lead')),
      field(say('another-category'), choice('also', [['', say('none')], ...CATEGORIES.map((name) => [name, say(`category-${name}`)])])),
      field(say('second-public'), element('input', { name: 'second', maxlength: '68', value: known[0] ?? '', placeholder: '0x02…', spellcheck: 'false', autocomplete: 'off' }), say('second-public-hint')),
      field(say('keys-needed'), choice('needed', ['1', '2', '3'].map((n) => [n, say('needed', { n })])))));
  }

  async keepFile(form, place) {
    const { title, type, category, at, also, second, needed } = Object.fromEntries(new FormData(form));
    const categories = [...new Set([category, also].filter(Boolean))];
    const outside = second.trim() && Number(needed) > 1 ? [readPublic(second)] : [];
    const wrong = outside.includes(null) ? 'no-public-key' : Number(needed) > categories.length + outside.length ? 'too-few-keys' : !this.chosen ? 'no-chosen' : '';
    if (wrong) {
      place.replaceChildren(caution(say(wrong), 'bad'));
      return;
    }
    const draft = { type, title: title.trim(), happened: iso(at), category, media: this.chosen.type || 'application/octet-stream', summary: {} };
    if (await this.store(this.chosen, draft, { needed: Number(needed), categories, outside }, place)) {
      form.reset();
      form.elements.at.value = local();
      this.chosen = null;
      form.querySelector('.drop strong').textContent = say('drop-here');
    }
  }

  profile() {
    const form = element('form', { class: 'stack' },
      element('div', { class: 'value-fields' }, field(say('summary-blood_type'), choice('blood', [['', say('unknown')], ...BLOODS.map((one) => [one, one])])), field('Rh', choice('rh', [['', say('unknown')], ['+', '+'], ['-', '−']]))),
      field(say('summary-allergies'), element('textarea', { name: 'allergies', rows: '2', maxlength: '400' }), say('one-a-line')),
      field(say('summary-medications'), element('textarea', { name: 'medications', rows: '2', maxlength: '400' }), say('one-a-line')),
      caution(say('emergency-lead'), 'ok'), submit('user', 'keep-profile'));
    const place = element('div', { class: 'stack', 'aria-live': 'polite' });
    form.addEventListener('submit', (event) => { event.preventDefault(); this.keepProfile(form, place); });
    return card(say('type-profile'), null, form, place);
  }

  /** Into the emergency category, so that two doctors together find it when the person cannot speak. */
  async keepProfile(form, place) {
    const { blood, rh, allergies, medications } = Object.fromEntries(new FormData(form));
    const lines = (text) => text.split('\n').map((one) => one.trim()).filter(Boolean);
    const summary = { ...(blood ? { blood_type: `${blood}${rh}` } : {}), allergies: lines(allergies), medications: lines(medications) };
    const subject = subjectOf(this.relation.patient);
    const resources = [
      ...(blood ? [{ resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '882-1', display: 'ABO and Rh group [Type] in Blood' }] }, subject, valueString: summary.blood_type }] : []),
      ...summary.allergies.map((text) => ({ resourceType: 'AllergyIntolerance', patient: subject, code: { text } })),
      ...summary.medications.map((text) => ({ resourceType: 'MedicationStatement', status: 'active', subject, medicationCodeableConcept: { text } })),
    ];
    const happened = iso(local());
    const draft = { type: 'profile', title: say('type-profile'), happened, category: 'emergency', media: 'application/fhir+json', summary };
    await this.store(new Blob([JSON.stringify(bundle(resources, happened))]), draft, { needed: 1, categories: ['emergency', 'vitals'] }, place);
  }

  /** Seal, send up with pause and going on, commit; true when it is in the folder. */
  async store(blob, draft, locks, place) {
    const steps = new Steps(['seal', 'upload', 'append']);
    const bar = element('progress', { max: '100', value: '0', 'aria-label': say('step-upload') });
    const stop = element('p', { class: 'btns' });
    place.replaceChildren(steps.list, bar, stop);
    let at = 'seal';
    try {
      steps.told('seal', 'doing');
      // Whatever stands in the emergency category must open at a break-glass, however it came there.
      const emergency = locks.categories.includes('emergency') ? await custodians() : [];
      const prepared = await prepare(this.relation, blob, draft, { ...locks, emergency });
      steps.told('seal', 'done', size(prepared.sealing.size));
      at = 'upload';
      const body = await this.upload(prepared, { steps, bar, stop });
      at = 'append';
      steps.told('append', 'doing');
      const file = await commit(prepared, body, steps.follower('append'));
      steps.told('append', 'done');
      bar.remove();
      stop.replaceChildren(link(`/records/file#${this.relation.number}/${file}`, 'eye', say('see-file'), { small: true }));
      return true;
    } catch (error) {
      steps.told(at, 'bad', reason(error));
      stop.replaceChildren(button('refresh-cw', say('again'), () => this.store(blob, draft, locks, place), { small: true }));
      return false;
    }
  }

  async upload(prepared, { steps, bar, stop }) {
    const upload = new Upload(prepared, (done, all) => {
      bar.value = (100 * done) / all;
      steps.told('upload', 'doing', `${size(done)} / ${size(all)}`);
    });
    steps.told('upload', 'doing');
    let body = null;
    while (body === null) {
      let broken = '';
      stop.replaceChildren(button('x', say('pause'), () => upload.pause(), { small: true }));
      try {
        body = await upload.run();
      } catch (error) {
        if (upload.place === null) throw error;
        broken = reason(error);
      }
      if (body !== null) break;
      // Paused, or the way broke: what is there stays there, and the next run goes on behind it.
      await new Promise((go) => {
        steps.told('upload', broken ? 'bad' : 'doing', broken || say('paused'));
        stop.replaceChildren(button('upload', say('resume'), go, { small: true, ghost: false }));
        if (broken) globalThis.addEventListener('online', go, { once: true });
      });
    }
    stop.replaceChildren();
    steps.told('upload', 'done');
    return body;
  }

  second() {
    const place = element('div', { class: 'stack', 'aria-live': 'polite' });
    const input = element('input', { type: 'file', accept: 'application/json,.json', class: 'sr-only', id: 'key-file' });
    input.addEventListener('change', async () => {
      try {
        place.replaceChildren(element('p', { class: 'pill ok' }, icon('key-round', 16), say('brought', { n: (bring(await input.files[0].text()), secondKeys().length) })));
      } catch {
        place.replaceChildren(caution(say('no-key-file'), 'bad'));
      }
    });
    const made = card(say('second-key'), null, element('p', { class: 'muted' }, say('second-key-lead')), element('p', { class: 'btns' },
      button('key-round', say('make-second'), () => this.makeSecond(place)), element('label', { class: 'btn ghost', for: 'key-file' }, icon('upload'), say('bring-second'))), input, place);
    made.id = 'second';
    return made;
  }

  async makeSecond(place) {
    const made = freshSecond();
    const text = toHex(made.public);
    this.person.notes.second = [text, ...(this.person.notes.second ?? [])].slice(0, 5);
    await this.person.keep();
    const named = this.querySelector('[name=second]');
    if (named) named.value = toHex(toBytes(text));
    place.replaceChildren(caution(say('second-made')), element('p', { class: 'hash' }, text), element('p', { class: 'btns' }, button('download', say('keep-second'), () => keep(keyFile(made), 'tcmchain-second-key.json'), { ghost: false })));
  }
}

const submit = (sign, name) => element('p', { class: 'btns' }, element('button', { class: 'btn', type: 'submit' }, icon(sign), say(name)));
