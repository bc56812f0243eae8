// <records-file>: one file of one's own; which, stands behind the sign # and so stays on this device.
import { Refused } from '../chain/doors.mjs';
import { openVersion } from '../vault/opening.mjs';
import { erase } from '../vault/storing.mjs';
import { ask as dialog, buttons } from '../wallet/dialog.mjs';
import { content } from './content.mjs';
import { envelopeOf, memberNames, origin, readersOf } from './doors.mjs';
import { proveVersion } from './origin.mjs';
import { author, told } from './rows.mjs';
import { Screen, Steps, reason } from './screen.mjs';
import { SIGNS, button, card, caution, element, empty, icon, known, link, moment, pairs, relationName, say, short, size, when } from './surface.mjs';
import { secondKeys } from './second.mjs';

export class RecordsFile extends Screen {
  async opened(person) {
    const [number, file] = location.hash.slice(1).split('/');
    const relation = person.relations.find((one) => String(one.number) === number);
    if (!relation || !file) return this.nowhere();
    this.names = await memberNames();
    try {
      this.found = await origin(relation, file);
    } catch (error) {
      if (error instanceof Refused && error.code === 'records-unknown') return this.nowhere();
      throw error;
    }
    this.relation = relation;
    this.person = person;
    this.file = file;
    if (this.found.tombstone) return this.fill(this.tombstone(), this.versions(null));
    return this.show(this.found.versions.length - 1);
  }

  nowhere() {
    this.fill(empty('search', say('no-file'), say('no-file-lead'), link('/records', 'clipboard-list', say('to-records'), { ghost: false })));
  }

  /** Open one of the versions, by its place in the list. */
  async show(at) {
    const version = this.found.versions[at];
    let opened;
    try {
      version.sealed ??= await envelopeOf(this.relation, this.file, version.version);
      opened = await openVersion(this.relation, version, secondKeys());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.fill(this.shut(error), this.versions(at));
      return;
    }
    const body = card(say('content'), element('span', { class: 'pill ok' }, icon('lock-open', 16), say('open-here')), element('p', { class: 'muted waiting', role: 'status' }, say('opening')));
    this.fill(this.heading(opened), body, this.versions(at), this.readers(opened), this.danger());
    body.lastElementChild.replaceWith(await content(opened).catch((error) => caution(reason(error), 'bad')));
  }

  shut(error) {
    const ways = error.code === 'lock-shut' ? [link('/records/add#second', 'key-round', say('second-key'), { ghost: false })] : [];
    return empty(error.code === 'lock-shut' ? 'lock' : 'shield-x', say(error.code === 'lock-shut' ? 'state-shut' : 'state-broken'), error.message, ...ways, link('/records', 'clipboard-list', say('to-records')));
  }

  heading({ facts, row, lock }) {
    const type = known(`type-${facts.type}`) ? say(`type-${facts.type}`) : facts.type;
    const total = lock.shares.length + lock.outside.length;
    return element('section', { class: 'card file-head' },
      element('header', { class: 'card-h' }, element('h2', {}, icon(SIGNS[facts.type] ?? 'file-text', 24), facts.title || type),
        element('span', { class: 'tags' }, element('span', { class: 'tag' }, type), element('span', { class: 'tag plain' }, say(`category-${facts.category}`)))),
      ...(facts.selfSupplied ? [caution(say('self-supplied-lead'), 'ok')] : []),
      pairs([[say('happened'), when(facts.happened)], [say('author'), author({ row, facts }, this.names)], [say('relation'), relationName(this.relation)],
        [say('size'), size(facts.size)], [say('keys-needed'), total > 1 ? say('m-of-n', { m: lock.needed, n: total }) : say('one-key')], ...told(facts.summary).map((text) => [text.slice(0, text.indexOf(' ')), text.slice(text.indexOf(' ') + 1)])]));
  }

  versions(shown) {
    const items = this.found.versions.map((version, at) => this.version(version, at, at === shown)).reverse();
    return card(say('origin'), element('span', { class: 'muted tiny' }, say('origin-lead')), element('ol', { class: 'versions' }, ...items));
  }

  version(version, at, shown) {
    const proof = element('ul', { class: 'proof-lines', 'aria-live': 'polite' });
    return element('li', { class: shown ? 'shown' : '' },
      element('div', { class: 'grow' },
        element('strong', {}, say('version', { n: version.version })), ' ', element('span', { class: 'muted' }, author({ row: version }, this.names)),
        element('p', { class: 'muted tiny' }, say('in-block', { when: moment(version.at), block: version.block.toLocaleString('en') })),
        element('p', { class: 'muted tiny hash' }, `${say('transaction')} ${short(version.tx)} · ${say('fingerprint')} ${short(version.envelope)}`), proof),
      element('p', { class: 'btns' },
        ...(shown || this.found.tombstone ? [] : [button('eye', say('show-version'), () => this.attempt(() => this.show(at)), { small: true })]),
        button('shield-check', say('prove'), (event) => this.prove(version, proof, event.currentTarget), { small: true })));
  }

  async prove(version, place, pressed) {
    pressed.disabled = true;
    try {
      const { block, logged, signed, depth } = await proveVersion(this.relation.patient, this.file, version);
      const line = (good, name, values) => element('li', { class: good === null ? 'none' : good ? 'ok' : 'bad' }, icon(good === null ? 'info' : good ? 'check' : 'x', 16), say(good === null ? `${name}-unknown` : good ? name : `${name}-false`, values));
      place.replaceChildren(line(block, 'proof-block', { n: depth }), line(logged, 'proof-logged'), line(signed, 'proof-signed'),
        ...(version.sealed ? [line(true, 'proof-bytes')] : []));
    } catch (error) {
      place.replaceChildren(element('li', { class: 'bad' }, icon('x', 16), reason(error)));
    }
    pressed.disabled = false;
  }

  /** Those who hold a grant to read this category, as this device's notes and the chain say together. */
  readers({ facts }) {
    const list = element('ul', { class: 'people' });
    readersOf(this.person, this.relation, facts.category).then((found) => list.replaceChildren(...found.map((entry) => (
      element('li', {}, element('strong', { class: 'grow' }, entry.name || entry.memberName || short(entry.opening.grantee)), element('span', { class: 'muted' }, say('until', { when: moment(entry.until) })))))
      , ...(found.length ? [] : [element('li', { class: 'muted' }, say('no-grants'))])), (error) => list.replaceChildren(element('li', {}, reason(error))));
    return card(say('who-reads'), link('/consent', 'shield-check', say('to-consent'), { small: true }),
      element('p', {}, say('who-reads-lead', { category: say(`category-${facts.category}`) })), list);
  }

  tombstone() {
    const { at, block, versions } = this.found.tombstone;
    return empty('trash-2', say('state-erased'), say('tombstone', { when: moment(at), block: block.toLocaleString('en'), n: versions }), link('/records', 'clipboard-list', say('to-records'), { ghost: false }));
  }

  danger() {
    return element('section', { class: 'card danger', 'aria-label': say('erase') },
      element('div', { class: 'grow' }, element('h2', {}, say('erase')), element('p', { class: 'muted' }, say('erase-lead'))),
      button('trash-2', say('erase'), () => this.askErase()));
  }

  async askErase() {
    const agreed = await dialog(say('erase'), (close) => {
      const form = element('form', { class: 'stack', method: 'dialog' }, caution(say('erase-warning'), 'bad'),
        element('ul', { class: 'plain' }, ...['gone', 'stays', 'copies'].map((name) => element('li', {}, say(`erase-${name}`)))),
        element('label', { class: 'check' }, element('input', { type: 'checkbox', required: true }), element('span', {}, say('erase-sure'))), buttons(close, say('erase')));
      form.addEventListener('submit', (event) => { event.preventDefault(); close(true); });
      return form;
    });
    if (!agreed) return;
    const steps = new Steps(['erase']);
    this.fill(card(say('erase'), null, steps.list));
    try {
      steps.told('erase', 'doing');
      await erase(this.relation, this.file, steps.follower('erase'));
      await this.refresh();
    } catch (error) {
      steps.told('erase', 'bad', reason(error));
      this.append(element('p', { class: 'btns' }, button('refresh-cw', say('again'), () => this.refresh())));
    }
  }
}
