// <encounter-visit>: what a patient granted, opened in this browser; the encounter form; drugs and devices; the end.
import { content } from '../records/content.mjs';
import { told as values } from '../records/rows.mjs';
import { SIGNS, icon as drawn, say, when } from '../records/surface.mjs';
import * as doors from '../consent/doors.mjs';
import { readerOf } from '../consent/grantee.mjs';
import { openPerson } from '../consent/people.mjs';
import { Opened, Steps, button, caution, chainState, el, empty, field, icon, moment, now, reason, text } from '../consent/shell.mjs';
import { sendFrom } from '../vault/sending.mjs';
import { Folder, eachOf } from './opening.mjs';
import { MEASURES, PARTS, filesOf, writeFile } from './writing.mjs';

const ID = /^#0x[0-9a-f]{64}$/;
const LONG = new Set(['looking', 'asking', 'prescription']);

class EncounterVisit extends Opened {
  async load() {
    if (!ID.test(location.hash)) throw new Error(text('no-such-visit'));
    this.id = location.hash.slice(1);
    this.person = await openPerson();
    const { home, letters, notes } = this.person;
    [this.visit, this.self] = await Promise.all([doors.ask('GET', `/api/encounters/${this.id}`), readerOf(home.address)]);
    const letter = letters.find(({ content: one }) => one.kind === 'answer' && one.request === this.id);
    this.answer = letter?.content ?? notes.answers?.[this.id] ?? null;
    if (letter && !notes.answers?.[this.id]) {
      notes.answers = { ...notes.answers, [this.id]: letter.content };
      await this.person.keep();
    }
    this.open = this.visit.state === 'permitted' && this.visit.until >= now();
    this.folders = this.answer && this.visit.state !== 'declined' ? await Promise.all(this.answer.folders.map((granted) => Folder.of(home, granted))) : [];
    this.home = this.folders.find((folder) => folder.patient === this.visit.patient) ?? null;
    if (this.open && this.home) await this.handIn();
  }

  /** Tell the institution's node under which grant it records drugs and devices by itself. */
  async handIn() {
    const way = this.home.writing('medication');
    if (!way) return;
    const body = { patient: this.home.patient, grant: way.grant, opening: way.opening };
    this.desk = await doors.askAs(this.person.home, 'PUT', `/api/encounters/${this.id}/desk`, body).catch((error) => ({ trouble: reason(error) }));
  }

  show() {
    const { visit } = this;
    const parts = [this.head()];
    if (visit.state === 'requested') parts.push(caution(text(visit.until < now() ? 'waits-over' : 'waits'), 'warn'));
    if (visit.state === 'declined') parts.push(caution(text('was-declined'), 'bad'));
    if (['permitted', 'finished'].includes(visit.state) && !this.answer) parts.push(caution(text('no-answer'), 'warn'));
    if (this.open && this.home) parts.push(this.form(), this.uploading(), this.using());
    for (const folder of this.folders) parts.push(this.folder(folder));
    this.put(...parts);
  }

  head() {
    const { visit } = this;
    const write = this.open && this.home?.writing('medication') ? el('a', { class: 'btn sm', href: `/prescriptions/write#visit=${this.id}` }, icon('pencil'), text('write-prescription')) : '';
    const end = this.open ? button(text('finish'), (event) => this.finish(event.currentTarget), { mark: 'check', small: true }) : '';
    return el('section', { class: 'card', 'aria-label': text('visit') }, el('div', { class: 'card-h' }, el('h2', {}, text('visit-of', { at: moment(visit.requested) })),
      el('p', { class: 'btns' }, button(text('look-again'), () => this.start(), { mark: 'refresh-cw', small: true }), write, end)),
    el('p', {}, el('span', { class: 'pill' }, text(`state-${visit.state}`)), ' ', el('span', { class: 'muted' }, text('until', { at: moment(visit.until) }))));
  }

  async finish(place) {
    place.disabled = true;
    try {
      await sendFrom(this.person.home, [{ contract: 'Encounters', name: 'finish', args: [this.id] }], ({ state }) => { place.textContent = chainState(state); });
      await this.start();
    } catch (error) {
      place.replaceWith(caution(reason(error), 'bad'));
    }
  }

  folder(folder) {
    const own = folder === this.home;
    const list = el('ul', { class: 'grants' });
    const state = el('p', { class: 'muted', role: 'status' });
    const more = button(text('earlier'), () => load(), { mark: 'history', small: true });
    const shown = el('div', { class: 'file-shown', 'aria-live': 'polite' });
    let before = null;
    const load = async () => {
      more.disabled = true;
      state.textContent = text('opening');
      try {
        const page = await folder.page(before);
        before = page.before;
        const rows = page.lines.map((line) => this.line(line));
        list.append(...rows);
        await eachOf(page.lines, (line) => folder.open(line), (at, item) => rows[at].replaceChildren(...this.told(item, shown)));
        state.textContent = text('opened', { n: list.children.length, of: page.count });
        more.hidden = before === null;
      } catch (error) {
        state.textContent = reason(error);
      }
      more.disabled = false;
    };
    load();
    const categories = [...new Set(folder.granted.grants.map((one) => text(`category-${one.category}`)))].join(text('and'));
    return el('section', { class: 'card', 'aria-label': text(own ? 'folder-here' : 'folder-other') }, el('div', { class: 'card-h' }, el('h2', {}, text(own ? 'folder-here' : 'folder-other')), el('span', { class: 'muted tiny' }, categories)),
      shown, list, state, el('p', { class: 'btns' }, more));
  }

  line({ entry }) {
    return el('li', {}, el('span', { class: 'dot' }, icon('lock')), el('div', { class: 'grow muted' }, moment(entry.at)));
  }

  told(item, shown) {
    const { entry, state, facts } = item;
    if (state !== 'open') {
      const why = item.error ? reason(item.error) : text(`file-${state}`);
      return [el('span', { class: 'dot' }, icon(state === 'shut' ? 'lock' : 'circle-alert')), el('div', { class: 'grow muted' }, el('span', {}, why), el('p', { class: 'tiny' }, moment(entry.at)))];
    }
    const look = button(text('look'), () => this.read(item, shown), { mark: 'eye', small: true, 'aria-label': text('look-at', { title: facts.title }) });
    return [el('span', { class: 'dot' }, drawn(SIGNS[facts.type] ?? 'file-text')), el('div', { class: 'grow' }, el('strong', {}, facts.title), ' ', el('span', { class: 'tag plain' }, text(`category-${facts.category}`)),
      el('p', { class: 'muted tiny' }, [when(facts.happened), facts.author.name].filter(Boolean).join(' · ')), el('p', { class: 'tags' }, ...values(facts.summary).slice(0, 4).map((one) => el('span', { class: 'value' }, one)))), look];
  }

  async read(item, shown) {
    shown.replaceChildren(el('p', { class: 'muted' }, text('opening')));
    try {
      const close = button(text('close'), () => shown.replaceChildren(), { mark: 'x', small: true });
      shown.replaceChildren(el('section', { class: 'card soft stack' }, el('div', { class: 'card-h' }, el('h3', {}, item.facts.title), close), await content(item.opened)));
    } catch (error) {
      shown.replaceChildren(caution(reason(error), 'bad'));
    }
    shown.scrollIntoView({ block: 'nearest' });
  }

  form() {
    const part = (name) => field(text(`part-${name}`), el('textarea', { name, rows: LONG.has(name) ? '3' : '2', maxlength: '4000' }), text(`hint-${name}`));
    const measure = (name) => el('label', { class: 'field' }, el('span', {}, say(`measure-${name}`)), el('input', { name, type: 'number', step: 'any', min: '0', max: '400', inputmode: 'decimal' }));
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const missing = ['disease', 'vitals', 'medication'].filter((one) => !this.home.writing(one));
    const form = el('form', { class: 'card stack', 'aria-label': text('form-title') }, el('div', { class: 'card-h' }, el('h2', {}, icon('pencil'), text('form-title'))),
      ...(missing.length ? [caution(text('cannot-write', { what: missing.map((one) => text(`category-${one}`)).join(text('and')) }), 'warn')] : []),
      part('complaint'), el('fieldset', { class: 'four' }, el('legend', {}, text('four')), ...['looking', 'listening', 'asking', 'feeling'].map(part)),
      el('div', { class: 'grid' }, part('syndrome'), part('principle')), part('prescription'),
      el('fieldset', { class: 'measures' }, el('legend', {}, text('vitals')), ...MEASURES.map(measure)),
      trouble, el('p', { class: 'btns' }, el('button', { class: 'btn', type: 'submit' }, icon('signature'), text('seal-append'))));
    // What is half written outlives the page being shown anew, as when a device was recorded meanwhile.
    for (const [name, value] of Object.entries(this.draft ?? {})) form.elements[name].value = value;
    form.addEventListener('input', () => { this.draft = Object.fromEntries(new FormData(form)); });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.write(form, trouble);
    });
    return form;
  }

  async write(form, trouble) {
    const texts = Object.fromEntries(PARTS.map((name) => [name, form.elements[name].value.trim()]));
    const measured = Object.fromEntries(MEASURES.filter((name) => form.elements[name].value !== '').map((name) => [name, Number(form.elements[name].value)]));
    const names = Object.fromEntries(PARTS.map((name) => [name, text(`part-${name}`)]));
    const titles = { encounter: text('title-encounter'), prescription: text('title-prescription'), vitals: text('title-vitals') };
    const about = { patient: this.home.patient, visit: this.id, at: new Date().toISOString(), place: this.self.memberName, doctor: this.doctorName, names, titles };
    await this.append(form, trouble, filesOf({ texts, values: measured }, about), 'nothing-filled');
  }

  uploading() {
    const file = el('input', { type: 'file', name: 'file', required: true });
    const category = el('select', { name: 'category' }, ...['imaging', 'disease'].filter((one) => this.home.writing(one)).map((one) => el('option', { value: one }, text(`category-${one}`))));
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const form = el('form', { class: 'card stack', 'aria-label': text('upload-title') }, el('h2', {}, text('upload-title')), el('div', { class: 'grid' }, field(text('file'), file), field(text('category'), category)),
      trouble, el('p', { class: 'btns' }, el('button', { class: 'btn ghost', type: 'submit', disabled: !category.options.length }, icon('plus'), text('seal-append'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const [blob] = file.files;
      const draft = { type: category.value === 'imaging' ? 'imaging' : 'document', title: blob.name.slice(0, 80), category: category.value, summary: {}, happened: new Date().toISOString(), media: blob.type || 'application/octet-stream' };
      this.append(form, trouble, [{ blob, draft }], 'nothing-filled');
    });
    return form;
  }

  get doctorName() { return this.person.notes.physicianName ?? ''; }

  async append(form, trouble, files, nothing) {
    const shut = files.find(({ draft }) => !this.home.writing(draft.category));
    trouble.textContent = !files.length ? text(nothing) : shut ? text('cannot-write', { what: text(`category-${shut.draft.category}`) }) : '';
    if (trouble.textContent) return;
    const author = { account: this.person.home.address, member: this.self.member, name: this.doctorName };
    const steps = new Steps(files.map(({ draft }) => draft.title));
    trouble.before(steps.node);
    const controls = [...form.elements];
    controls.forEach((one) => { one.disabled = true; });
    try {
      for (const [at, { blob, draft }] of files.entries()) {
        await steps.take(at, (told) => writeFile(this.person.home, this.home, this.id, blob, draft, author, (done, of) => told(`${Math.floor((100 * done) / of)} %`)));
      }
      if (form.elements.complaint) this.draft = {};
      await this.start();
    } catch (error) {
      trouble.textContent = reason(error);
      controls.forEach((one) => { one.disabled = false; });
    }
  }

  /** Drugs and devices: recorded by the institution's node, nobody writes them here. */
  using() {
    if (!this.desk) return caution(text('not-recorded', { what: text('category-medication') }), 'warn');
    if (this.desk.trouble) return caution(this.desk.trouble, 'bad');
    const shown = el('p', { 'aria-live': 'polite' });
    const code = button(text('dispense-code'), async () => {
      try {
        const made = await doors.askAs(this.person.home, 'POST', `/api/encounters/${this.id}/codes`);
        shown.replaceChildren(el('span', { class: 'one-time num' }, made.code), ' ', el('a', { class: 'btn sm', href: `/provenance/desk/dispense#visit=${made.code}` }, text('to-dispense')));
      } catch (error) {
        shown.textContent = reason(error);
      }
    }, { mark: 'plus', small: true });
    const device = el('input', { name: 'device', required: true, autocomplete: 'off', maxlength: '200' });
    const name = el('input', { name: 'devicename', maxlength: '60', autocomplete: 'off' });
    const scan = document.querySelector('[data-scan-device]')?.content.cloneNode(true) ?? '';
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const form = el('form', { class: 'stack' }, el('div', { class: 'grid' }, field(text('device'), device, text('device-hint')), field(text('device-name'), name)), scan, trouble, el('p', { class: 'btns' }, el('button', { class: 'btn ghost sm', type: 'submit' }, icon('check'), text('device-used'))));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      trouble.textContent = '';
      try {
        await doors.askAs(this.person.home, 'POST', `/api/encounters/${this.id}/devices`, { device: device.value, name: name.value, starts: now() });
        await this.start();
      } catch (error) {
        trouble.textContent = reason(error);
      }
    });
    return el('section', { class: 'card stack', 'aria-label': text('by-itself') }, el('div', { class: 'card-h' }, el('h2', {}, text('by-itself')), el('span', { class: 'muted tiny' }, text('recorded', { n: this.desk.recorded }))),
      el('p', { class: 'muted' }, text('by-itself-lead')), el('p', { class: 'btns' }, code), shown, form);
  }
}

customElements.define('encounter-visit', EncounterVisit);
