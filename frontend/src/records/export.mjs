// <records-export>: all folders, opened here and put together here: to read (HTML in a ZIP), as FHIR R4, on paper.
import { Zip, ZipDeflate, ZipPassThrough, strToU8 } from 'fflate';
import { bodyOf, piecesOf } from '../vault/opening.mjs';
import { fileName, keep } from './content.mjs';
import { memberNames } from './doors.mjs';
import { bundle, patientOf, reading, resourcesOf, subjectOf } from './fhir.mjs';
import { Folder } from './folder.mjs';
import { author, told } from './rows.mjs';
import { Screen, reason } from './screen.mjs';
import { button, card, caution, choice, element, empty, english, field, icon, known, link, moment, relationName, say, short, when } from './surface.mjs';

const LARGE = 64 << 20;
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

export class RecordsExport extends Screen {
  async opened(person) {
    if (!person.relations.length) {
      this.fill(empty('download', say('no-relation'), say('no-relation-lead'), link('/records/register', 'plus', say('register'), { ghost: false })));
      return;
    }
    this.person = person;
    this.names = await memberNames();
    const relations = person.relations.map((one) => [String(one.number), relationName(one)]);
    this.form = element('form', { class: 'finder' }, field(say('relation'), choice('relation', [['', say('every-relation')], ...relations])), field(say('from'), element('input', { type: 'date', name: 'from' })), field(say('to'), element('input', { type: 'date', name: 'to' })));
    this.bar = element('progress', { max: '1', value: '0', hidden: true, 'aria-label': say('export') });
    this.state = element('p', { class: 'muted', role: 'status' });
    this.paper = element('section', { class: 'paper' });
    this.fill(card(say('what-to-export'), null, this.form, caution(say('export-warning')), element('p', { class: 'btns' },
      button('download', say('export-readable'), () => this.doing(() => this.readable()), { ghost: false }),
      button('download', say('export-fhir'), () => this.doing(() => this.fhir())),
      button('printer', say('export-print'), () => this.doing(() => this.print()))), this.bar, this.state), this.paper);
  }

  async doing(work) {
    this.bar.hidden = false;
    this.querySelectorAll('.btns button').forEach((one) => { one.disabled = true; });
    try {
      await work();
    } catch (error) {
      this.state.replaceChildren(caution(reason(error), 'bad'));
    }
    this.bar.hidden = true;
    this.querySelectorAll('.btns button').forEach((one) => { one.disabled = false; });
  }

  /** What was asked for, opened; newest first. */
  async gather() {
    const question = Object.fromEntries(new FormData(this.form));
    const folder = new Folder(this.person.relations.filter((one) => !question.relation || String(one.number) === question.relation));
    await folder.all(({ items }) => { this.state.textContent = say('gathering', { n: items.length }); return this.isConnected; });
    this.shut = folder.items.filter((item) => ['shut', 'broken'].includes(item.state)).length;
    return folder.fitting(question).filter((item) => item.facts);
  }

  at(done, all) {
    this.bar.value = all ? done / all : 1;
    this.state.textContent = say('exporting', { n: done, all });
  }

  done(n) {
    this.state.replaceChildren(element('span', { class: 'pill ok' }, icon('check', 16), say('exported', { n })), ...(this.shut ? [caution(say('left-out', { n: this.shut }))] : []));
  }

  async fhir() {
    const items = await this.gather();
    const resources = [...new Set(items.map((item) => item.relation.patient))].map(patientOf);
    for (const [at, item] of items.entries()) {
      resources.push(...await this.resources(item));
      this.at(at + 1, items.length);
    }
    keep(new Blob([JSON.stringify(bundle(resources, new Date().toISOString()), null, 1)], { type: 'application/fhir+json' }), `${today()} FHIR.json`);
    this.done(items.length);
  }

  /** A record's own resources; anything else goes as a DocumentReference with its bytes inside. */
  async resources(item) {
    const { facts, row } = item;
    if (facts.media === 'application/fhir+json') return resourcesOf(JSON.parse(new TextDecoder().decode(await bodyOf(item))));
    const body = facts.size > LARGE ? null : await bodyOf(item);
    return [{
      resourceType: 'DocumentReference', status: 'current', subject: subjectOf(row.patient ?? item.relation.patient), date: moment8601(facts.happened), description: facts.title,
      type: { text: say(`type-${facts.type}`) }, author: [{ display: author(item, this.names) }],
      content: [{ attachment: { contentType: facts.media, title: facts.title, size: facts.size, ...(body ? { data: base64(body) } : {}) } }],
    }].map(withoutEmpty);
  }

  async readable() {
    const items = await this.gather();
    const parts = [];
    const zip = new Zip();
    const ended = new Promise((done, failed) => {
      zip.ondata = (error, piece, last) => {
        if (error) failed(error);
        else parts.push(piece);
        if (last) done();
      };
    });
    const lines = [];
    for (const [at, item] of items.entries()) {
      lines.push(await this.packed(zip, item, String(items.length - at).padStart(5, '0')));
      this.at(at + 1, items.length);
    }
    const index = new ZipDeflate('index.html');
    zip.add(index);
    index.push(strToU8(this.document(lines)), true);
    zip.end();
    await ended;
    keep(new Blob(parts, { type: 'application/zip' }), `${today()} ${say('records')}.zip`);
    this.done(items.length);
  }

  /** Put a body into the ZIP piece by piece, and answer its line for the table of contents. */
  async packed(zip, item, place) {
    const { facts } = item;
    const name = facts.size ? `files/${place} ${fileName(facts)}` : '';
    const isFhir = facts.media === 'application/fhir+json';
    let text = null;
    if (name) {
      const file = isFhir ? new ZipDeflate(name) : new ZipPassThrough(name);
      zip.add(file);
      if (isFhir) {
        const body = await bodyOf(item);
        file.push(body, true);
        text = reading(JSON.parse(new TextDecoder().decode(body)));
      } else {
        for await (const piece of piecesOf(item)) file.push(piece.slice());
        file.push(new Uint8Array(0), true);
      }
    }
    return this.line(item, name, text);
  }

  line(item, name, text) {
    const { facts, row } = item;
    const type = known(`type-${facts.type}`) ? say(`type-${facts.type}`) : facts.type;
    return element('article', {},
      element('h2', {}, facts.title || type),
      element('p', {}, [when(facts.happened), type, author(item, this.names), item.relation.called].filter(Boolean).join(' · ')),
      ...(told(facts.summary).length ? [element('p', {}, told(facts.summary).join('；'))] : []),
      ...(text ? [text] : []),
      element('p', { class: 'small' }, `${say('in-block', { when: moment(row.at), block: row.block })} · ${short(row.tx)}`),
      ...(name ? [element('p', {}, element('a', { href: encodeURI(name) }, name.slice(6)))] : []));
  }

  document(lines) {
    const style = 'body{font:16px/1.7 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c2624}article{border-top:1px solid #ccc;padding:1rem 0;break-inside:avoid}h2{font-size:1.1rem;margin:0}p{margin:.3rem 0}.small{color:#555;font-size:.85rem}dl{display:grid;gap:.2rem}dl div{display:grid;grid-template-columns:9rem 1fr;gap:.5rem}dt{color:#555}dd{margin:0;white-space:pre-wrap}';
    const page = element('main', {}, element('h1', {}, say('records')), element('p', {}, say('exported-on', { when: moment(Date.now() / 1000), n: lines.length })), ...lines);
    return `<!doctype html><html lang="${english ? 'en' : 'zh-CN'}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${say('records')}</title><style>${style}</style>${page.outerHTML}</html>`;
  }

  async print() {
    const items = await this.gather();
    const lines = [];
    for (const [at, item] of items.entries()) {
      const body = item.facts.media === 'application/fhir+json' ? JSON.parse(new TextDecoder().decode(await bodyOf(item))) : null;
      lines.push(this.line(item, '', body ? reading(body) : null));
      this.at(at + 1, items.length);
    }
    this.paper.replaceChildren(element('h1', {}, say('records')), element('p', {}, say('exported-on', { when: moment(Date.now() / 1000), n: items.length })), ...lines);
    this.done(items.length);
    window.print();
  }
}

function base64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** FHIR's `instant`. */
const moment8601 = (text) => (Number.isNaN(new Date(text).valueOf()) ? undefined : new Date(text).toISOString());
const withoutEmpty = (found) => JSON.parse(JSON.stringify(found));
