// A prescription as it is printed: the parts and their order follow 中药处方格式及书写规范 (2010), arts. 5–8 and 10.
import { el, moment, slipCode, text } from './surface.mjs';

const ROLES = ['sovereign', 'minister', 'assistant', 'envoy'];
const place = ({ role }) => (ROLES.includes(role) ? ROLES.indexOf(role) : ROLES.length);
const row = (label, value) => el('div', {}, el('dt', {}, label), el('dd', {}, value || '　'));

/** Lines as the norm orders them: sovereign, minister, assistant, envoy; others as they were written. */
export const ordered = (lines) => lines.map((line, at) => ({ line, at })).sort((a, b) => place(a.line) - place(b.line) || a.at - b.at).map(({ line }) => line);

export const kindOf = (code) => (code ? text(`prep-${code}`) : '');

/** Words at the upper right of a herb's name: how it is prepared. */
const above = (line) => line.preparations.map(kindOf).join(' ');
/** Age in years, of small children in months. */
export const ageOf = ({ months }) => (months === null || months === undefined ? '' : months < 36 ? text('months', { n: months }) : text('years', { n: Math.floor(months / 12) }));

function herb(line, over) {
  const signed = over.has(line.herb) ? el('span', { class: 'signed-again', title: text('signed-again') }, ' ✍') : null;
  return el('li', {}, el('span', {}, line.processing, line.name, above(line) ? el('sup', {}, `(${above(line)})`) : null), el('span', { class: 'num' }, `${line.grams} g`, signed));
}

/** The sheet; `right` is what the chain says; `findings` tell overrides in words; with a slip the paper is worth the medicine. */
export function paper(document, right = null, { findings = [], slip = null } = {}) {
  const said = new Map(findings.map(({ id, sentence }) => [id, sentence]));
  const { prescription: rx, patient, prescriber, printed } = document;
  const over = new Set((document.verdict?.findings ?? []).filter((one) => one.kind === 'dose' && document.overrides.some((other) => other.finding === one.id)).flatMap((one) => one.subjects));
  const facts = rx.patient;
  const sign = (name) => row(text(`sign-${name}`), printed[name] ?? '');
  return el('article', { class: 'paper' },
    el('header', {}, el('h2', {}, text('paper-of', { member: prescriber.member_name })), el('p', { class: 'paper-kind' }, text(rx.emergency ? 'paper-emergency' : 'paper-kind'))),
    el('dl', { class: 'paper-head' }, row(text('patient-name'), patient.name), row(text('sex'), facts.sex === 'unknown' ? '' : text(`sex-${facts.sex}`)), row(text('age'), ageOf(facts)),
      row(text('record-no'), patient.record), row(text('department'), rx.department), row(text('fee'), rx.fee), row(text('paper-date'), moment(document.written)),
      row(text('diagnosis'), [rx.diagnosis.disease_words, rx.diagnosis.syndrome_words].filter(Boolean).join('　'))),
    el('p', { class: 'rp' }, '℞'), el('ol', { class: 'herbs' }, ...ordered(rx.lines).map((line) => herb(line, over))),
    el('p', { class: 'dosing' }, text('dosing', { n: rx.doses }), rx.usage ? `　${rx.usage}` : ''),
    document.overrides.length ? el('ul', { class: 'paper-overrides' }, ...document.overrides.map((one) => el('li', {}, text('paper-override', { finding: said.get(one.finding) || one.finding, reason: one.reason })))) : null,
    el('dl', { class: 'paper-signs' }, row(text('sign-prescriber'), prescriber.name), sign('reviewer'), sign('preparer'), sign('checker'), sign('dispenser'), row(text('amount'), printed.amount)),
    el('footer', {}, slip ? slipCode(slip) : null, el('p', { class: 'tiny' }, right ? text('paper-right', { id: right.id, until: moment(right.until) }) : '', ' ', text('rules-version', { n: document.rules.version }))));
}
