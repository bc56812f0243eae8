// A prescription as it is printed: the parts and their order follow 中药处方格式及书写规范 (2010), arts. 5–8 and 10.
import * as doors from './doors.mjs';
import { el, moment, slipCode } from './surface.mjs';

const words = JSON.parse(document.getElementById('paper-words')?.content.textContent ?? '{}');

/** A word of the sheet, which the norm wants in Chinese whatever the page's language is. */
export const written = (name, values = {}) => (words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');

/** What the check finds of a sheet in Chinese, where something is insisted on; nothing when the node does not answer. */
export const saidOf = async (sheet) => (sheet.overrides.length ? doors.replay(sheet, 'zh').then(({ findings }) => findings, () => []) : []);

const ROLES = ['sovereign', 'minister', 'assistant', 'envoy'];
const place = ({ role }) => (ROLES.includes(role) ? ROLES.indexOf(role) : ROLES.length);
const row = (label, value) => el('div', {}, el('dt', {}, label), el('dd', {}, value || '　'));

/** Lines as the norm orders them: sovereign, minister, assistant, envoy; others as they were written. */
export const ordered = (lines) => lines.map((line, at) => ({ line, at })).sort((a, b) => place(a.line) - place(b.line) || a.at - b.at).map(({ line }) => line);

export const kindOf = (code) => (code ? written(`prep-${code}`) : '');

/** Words at the upper right of a herb's name: how it is prepared. */
const above = (line) => line.preparations.map(kindOf).join(' ');
/** Age in years, of small children in months. */
export const ageOf = ({ months }, text = written) => (months === null || months === undefined ? '' : months < 36 ? text('months', { n: months }) : text('years', { n: Math.floor(months / 12) }));

function herb(line, over) {
  const signed = over.has(line.herb) ? el('span', { class: 'signed-again', title: written('signed-again') }, ' ✍') : null;
  return el('li', {}, el('span', {}, line.processing, line.name, above(line) ? el('sup', {}, `(${above(line)})`) : null), el('span', { class: 'num' }, `${line.grams} g`, signed));
}

/** The sheet; `right` is what the chain says; `findings` tell overrides in Chinese words (`saidOf`); with a slip the paper is worth the medicine. */
export function paper(document, right = null, { findings = [], slip = null } = {}) {
  const said = new Map(findings.map(({ id, sentence }) => [id, sentence]));
  const { prescription: rx, patient, prescriber, printed } = document;
  const over = new Set((document.verdict?.findings ?? []).filter((one) => one.kind === 'dose' && document.overrides.some((other) => other.finding === one.id)).flatMap((one) => one.subjects));
  const facts = rx.patient;
  const sign = (name) => row(written(`sign-${name}`), printed[name] ?? '');
  return el('article', { class: 'paper', lang: 'zh-CN' },
    el('header', {}, el('h2', {}, written('paper-of', { member: prescriber.member_name })), el('p', { class: 'paper-kind' }, written(rx.emergency ? 'paper-emergency' : 'paper-kind'))),
    el('dl', { class: 'paper-head' }, row(written('patient-name'), patient.name), row(written('sex'), facts.sex === 'unknown' ? '' : written(`sex-${facts.sex}`)), row(written('age'), ageOf(facts)),
      row(written('record-no'), patient.record), row(written('department'), rx.department), row(written('fee'), rx.fee), row(written('paper-date'), moment(document.written, 'zh-CN')),
      row(written('diagnosis'), [rx.diagnosis.disease_words, rx.diagnosis.syndrome_words].filter(Boolean).join('　'))),
    el('p', { class: 'rp' }, '℞'), el('ol', { class: 'herbs' }, ...ordered(rx.lines).map((line) => herb(line, over))),
    el('p', { class: 'dosing' }, written('dosing', { n: rx.doses }), rx.usage ? `　${rx.usage}` : ''),
    document.overrides.length ? el('ul', { class: 'paper-overrides' }, ...document.overrides.map((one) => el('li', {}, written('paper-override', { finding: said.get(one.finding) || one.finding, reason: one.reason })))) : null,
    el('dl', { class: 'paper-signs' }, row(written('sign-prescriber'), prescriber.name), sign('reviewer'), sign('preparer'), sign('checker'), sign('dispenser'), row(written('amount'), printed.amount)),
    el('footer', {}, slip ? slipCode(slip) : null, el('p', { class: 'tiny' }, right ? written('paper-right', { id: right.id, until: moment(right.until, 'zh-CN') }) : '', ' ', written('rules-version', { n: document.rules.version }))));
}
