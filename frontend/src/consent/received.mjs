// <consent-received>: what others granted to this account, opened here with what custodians re-encrypt.
import { wholeBody } from '../sealing/envelope.mjs';
import { Folder, eachOf } from '../encounters/opening.mjs';
import { blocksAs } from '../vault/doors.mjs';
import * as doors from './doors.mjs';
import { openPerson } from './people.mjs';
import { READ, categoryName, purposeName, rightsName, standing } from './sentences.mjs';
import { Opened, button, caution, el, empty, icon, moment, now, reason, short, text } from './shell.mjs';

class ConsentReceived extends Opened {
  async load() {
    this.past = new Map();
    this.person = await openPerson();
    const { home, notes } = this.person;
    const mine = Object.values(notes.openings).filter((entry) => entry.opening.grantee === home.address);
    const found = await Promise.all(mine.map(async (entry) => ({ ...entry, ...await doors.known(`/api/consent/grants/${entry.grant}`), grant: entry.grant })));
    this.patients = grouped(found);
  }

  show() {
    if (!this.patients.size) return this.put(el('section', { class: 'card' }, empty('inbox', text('received-none'), text('received-none-lead'))));
    return this.put(...[...this.patients].map(([patient, entries]) => this.folder(patient, entries)));
  }

  folder(patient, entries) {
    const name = this.person.notes.people[patient]?.name || short(patient);
    const force = entries.filter((entry) => entry.until && standing(entry, now()) === 'force');
    const files = el('ul', { class: 'grants' });
    const state = el('p', { class: 'muted', role: 'status' });
    const more = button(text('open-folder'), () => this.open(patient, force, { files, state, more }), { mark: 'lock-open', ghost: false });
    return el('section', { class: 'card', 'aria-label': name }, el('h2', {}, icon('user'), name),
      el('ul', { class: 'grants' }, ...entries.map((entry) => this.entry(entry))), force.some((entry) => entry.opening.rights & READ) ? el('p', { class: 'btns' }, more) : null, state, files);
  }

  entry(entry) {
    const { rights, purpose, until } = entry.opening;
    const stands = entry.until ? standing(entry, now()) : 'ended';
    return el('li', { class: stands === 'force' ? 'ok' : '' }, el('span', { class: 'dot' }, icon(stands === 'force' ? 'badge-check' : 'hourglass')), el('div', { class: 'grow' },
      el('p', { class: 'says' }, text('received-says', { rights: rightsName(rights), category: categoryName(entry.category), purpose: purposeName(purpose), until: moment(until) })), el('p', { class: 'muted tiny' }, text(`group-${stands}`))));
  }

  async open(patient, entries, { files, state, more }) {
    more.disabled = true;
    state.textContent = text('asking-custodians');
    try {
      const folder = await Folder.of(this.person.home, { patient, grants: entries });
      const page = await folder.page(this.past.get(patient));
      const rows = page.lines.map(() => el('li', { hidden: true }));
      let opened = 0;
      files.append(...rows);
      await eachOf(page.lines, (line) => folder.open(line), (at, item) => {
        if (item.state === 'shut' || item.state === 'erased') return;
        opened += 1;
        rows[at].hidden = false;
        rows[at].replaceChildren(...this.file(item));
      });
      state.textContent = text('received-opened', { n: opened, of: page.lines.length });
      this.past.set(patient, page.before);
      more.hidden = !page.before;
      more.lastChild.textContent = text('show-more');
    } catch (error) {
      state.replaceChildren(caution(reason(error), 'bad'));
    }
    more.disabled = false;
  }

  file({ state, entry, facts, opened, error }) {
    if (state !== 'open') return [el('span', { class: 'dot bad' }, icon('circle-alert')), el('div', { class: 'grow' }, error ? reason(error) : text('not-opened'), el('p', { class: 'muted tiny' }, moment(entry.at)))];
    const shown = el('div', { class: 'opened' });
    const rows = Object.entries(facts.summary ?? {}).filter(([, value]) => typeof value !== 'object').map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, String(value))));
    return [el('span', { class: 'dot' }, icon('lock-open')), el('div', { class: 'grow' }, el('p', { class: 'says' }, facts.title), el('p', { class: 'muted tiny' }, `${facts.happened.slice(0, 10)} · ${categoryName(facts.category)} · ${facts.author?.name || short(entry.author)}`), rows.length ? el('dl', { class: 'facts' }, ...rows) : null, shown),
      button(text('whole-text'), (event) => this.body(event.currentTarget, opened, facts, shown), { mark: 'eye', small: true })];
  }

  async body(place, { envelope, dataKey, place: where }, facts, shown) {
    place.disabled = true;
    try {
      const raw = envelope.body === null ? new Uint8Array(0) : await wholeBody(envelope, facts, dataKey, where, blocksAs(this.person.home.key));
      if (/json|text/.test(facts.media)) shown.replaceChildren(el('pre', { class: 'body', tabindex: '0' }, new TextDecoder().decode(raw)));
      else this.save(facts, raw);
    } catch (error) {
      shown.replaceChildren(caution(reason(error), 'bad'));
    }
    place.disabled = false;
  }

  save(facts, raw) {
    const url = URL.createObjectURL(new Blob([raw], { type: 'application/octet-stream' }));
    el('a', { href: url, download: facts.title }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}

function grouped(entries) {
  const found = new Map();
  for (const entry of entries) found.set(entry.patient, [...(found.get(entry.patient) ?? []), entry]);
  return found;
}

customElements.define('consent-received', ConsentReceived);
