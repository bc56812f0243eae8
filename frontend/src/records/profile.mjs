// <records-profile>: what is known of the person's health at a glance, with charts and what is to be minded.
import { chart } from './chart.mjs';
import { Folder } from './folder.mjs';
import { UNITS } from './rows.mjs';
import { Screen } from './screen.mjs';
import { card, choice, element, empty, icon, link, number, pairs, say, when } from './surface.mjs';
import { background, judge, mark, newest, series } from './vitals.mjs';

const BANDS = { pulse: [60, 100], temperature_c: [36, 37.2], spo2: [94, 100], glucose_mmol_l: [3.9, 6.1], bmi: [18.5, 24] };
const DAY = 86_400_000;
const RECENT = 90 * DAY;

export class RecordsProfile extends Screen {
  async opened(person) {
    if (!person.relations.length) {
      this.fill(empty('heart-pulse', say('no-relation'), say('no-relation-lead'), link('/records/register', 'plus', say('register'), { ghost: false })));
      return;
    }
    this.person = person;
    const whom = [...new Set(person.relations.map((one) => one.note.person || 'self'))];
    this.who = choice('who', whom.map((name) => [name, say(`for-${name}`)]));
    this.who.addEventListener('change', () => this.attempt(() => this.gather()));
    this.aside = whom.length > 1 ? element('section', { class: 'card finder' }, element('label', { class: 'field' }, element('span', {}, say('who-for')), this.who)) : null;
    await this.gather();
  }

  async gather() {
    const relations = this.person.relations.filter((one) => (one.note.person || 'self') === this.who.value);
    const state = element('p', { class: 'muted waiting', role: 'status' }, say('opening'));
    this.fill(this.aside, state);
    const folder = new Folder(relations);
    await folder.all(({ items: opened }) => { state.textContent = say('gathering', { n: opened.length }); return this.isConnected; });
    const items = folder.items.filter((item) => item.facts);
    const found = series(items);
    this.fill(this.aside, this.glance(found, items), this.alerts(found), this.charts(found));
  }

  glance(found, items) {
    const last = newest(found);
    const { blood, allergies, medications } = background(items);
    const value = (name) => (last[name] ? `${number(last[name].value)} ${UNITS[name]}` : '—');
    const lines = (list, none) => (list.length ? element('ul', { class: 'tags' }, ...list.map((one) => element('li', { class: 'tag plain' }, String(one)))) : none);
    return card(say('glance'), link('/records/add', 'plus', say('add'), { small: true }),
      pairs([[say('measure-height_cm'), value('height_cm')], [say('measure-weight_kg'), value('weight_kg')], [say('measure-bmi'), value('bmi')], [say('summary-blood_type'), blood || '—'],
        [say('summary-allergies'), lines(allergies, say('none-noted'))], [say('summary-medications'), lines(medications, say('none-noted'))]]));
  }

  // Only what was measured lately is judged: an old fever says nothing of today.
  alerts(found) {
    const now = Date.now();
    const values = Object.fromEntries(Object.entries(newest(found)).filter(([name, point]) => name === 'bmi' || now - point.at < RECENT).map(([name, point]) => [name, point.value]));
    const told = judge(values);
    const last = newest(found);
    if (!Object.keys(last).length) return null;
    if (!told.length) return card(say('minding'), null, element('p', { class: 'pill ok' }, icon('check', 16), say('all-fine')), element('p', { class: 'muted tiny' }, say('no-diagnosis')));
    const worst = { bad: 0, warn: 1, note: 2 };
    const items = told.sort((a, b) => worst[a.tone] - worst[b.tone]).map(({ tone, measure, says, advice, source, value }) => element('li', { class: `minding ${mark(tone)}` },
      icon(tone === 'bad' ? 'triangle-alert' : tone === 'warn' ? 'circle-alert' : 'info', 24),
      element('div', {}, element('strong', {}, says), ' ', element('span', { class: 'num' }, `${number(value)} ${UNITS[measure]}`), element('small', { class: 'muted' }, ` ${when(new Date(last[measure]?.at ?? now).toISOString())}`),
        element('p', {}, advice), element('small', { class: 'muted' }, say('by-source', { source })))));
    return card(say('minding'), null, element('ul', { class: 'mindings' }, ...items), element('p', { class: 'muted tiny' }, say('no-diagnosis')));
  }

  charts(found) {
    const drawn = [];
    if (found.systolic.length) drawn.push(chart(say('pressure'), 'mmHg', [{ name: say('measure-systolic'), points: found.systolic }, ...(found.diastolic.length ? [{ name: say('measure-diastolic'), points: found.diastolic }] : [])], [60, 120]));
    for (const name of ['pulse', 'glucose_mmol_l', 'weight_kg', 'bmi', 'temperature_c', 'spo2', 'height_cm']) {
      if (found[name].length) drawn.push(chart(say(`measure-${name}`), UNITS[name], [{ name: say(`measure-${name}`), points: found[name] }], BANDS[name] ?? null));
    }
    if (!drawn.length) return empty('heart-pulse', say('no-vitals'), say('no-vitals-lead'), link('/records/add', 'plus', say('add'), { ghost: false }));
    return card(say('over-time'), null, element('p', { class: 'muted tiny' }, say('band-lead')), element('div', { class: 'charts' }, ...drawn));
  }
}
