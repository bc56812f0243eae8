// <prescription-writer>: a sheet in the norm's form, checked as it is written, sealed here, signed, handed out as a slip.
import { readerOf } from '../consent/grantee.mjs';
import { openPerson } from '../consent/people.mjs';
import * as doors from './doors.mjs';
import { CodeField, LineField, choice } from './fields.mjs';
import { addFormula, FormulaSearch } from './formula.mjs';
import { paper, saidOf, written } from './paper.mjs';
import { findingCommitment, freshSalt, freshSecret, seal, slipAccount } from './slips.mjs';
import { Opened, Steps, button, caution, chainState, el, empty, field, findingRow, icon, moment, now, reason, slipBox, text } from './surface.mjs';
import { Visit } from './visit.mjs';

const STATED = ['unknown', 'no', 'yes'];
const FACTS = ['pregnancy', 'lactation', 'allergies', 'liver', 'kidney', 'takes_drugs'];
const FEES = ['self', 'insurance', 'public', 'other'];
const PAUSE = 250;
const DAY = 86_400;

class PrescriptionWriter extends Opened {
  async load() {
    this.person = await openPerson();
    const { home } = this.person;
    [this.self, this.rules] = await Promise.all([readerOf(home.address), doors.rules()]);
    this.visit = await Visit.of(this.person, this.self);
  }

  show() {
    const { self, rules } = this;
    if (!self.licence || !['Hospital', 'Clinic'].includes(self.kind)) return this.put(el('section', { class: 'card' }, empty('stethoscope', text('no-licence'), text('no-licence-lead', { account: this.person.home.address }))));
    if (!rules.length) return this.put(el('section', { class: 'card' }, empty('scroll-text', text('no-rules'), text('no-rules-lead'), el('a', { class: 'btn', href: '/prescriptions/rules' }, text('to-rules')))));
    this.lines = [];
    this.form = el('form', { class: 'rx-form stack', 'aria-label': text('sheet') }, this.head(), this.facts(), this.diagnosis(), this.herbs(), this.bar(), this.dosing());
    this.found = el('ul', { class: 'findings' });
    this.summary = el('p', { role: 'status', 'aria-live': 'polite' }, text('nothing-yet'));
    this.reasons = new Map();
    this.signing = el('button', { class: 'btn', type: 'submit' }, icon('signature'), text('seal-sign'));
    this.trouble = el('p', { class: 'trouble', role: 'alert' });
    this.form.append(this.trouble, el('p', { class: 'btns' }, this.signing));
    this.form.addEventListener('input', () => this.later());
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.sign();
    });
    this.side = el('aside', { class: 'card rx-check', 'aria-label': text('check'), tabindex: '-1' }, el('div', { class: 'card-h' }, el('h2', {}, text('check')), el('span', { class: 'muted tiny' }, text('rules-version', { n: rules[0].version }))),
      this.summary, this.found, el('p', { class: 'muted tiny' }, text('check-private')));
    this.put(el('div', { class: 'rx-columns' }, this.form, this.side));
    this.watch();
    for (const line of this.visit?.lines ?? []) this.add(line);
    if (!this.lines.length) this.add();
    this.fromAddress();
    return undefined;
  }

  /** A formula named in the address (`?formula=…&version=…`) fills the sheet. */
  async fromAddress() {
    const named = new URLSearchParams(location.search);
    if (named.has('formula')) await this.follow({ id: named.get('formula'), version: Number(named.get('version') ?? 0) || null });
  }

  head() {
    const { notes } = this.person;
    this.name = el('input', { name: 'patient', required: true, maxlength: '40', autocomplete: 'off', value: this.visit?.patientName ?? '' });
    this.record = el('input', { name: 'record', maxlength: '40', autocomplete: 'off' });
    this.doctor = el('input', { name: 'doctor', required: true, maxlength: '40', value: notes.physicianName ?? '' });
    this.department = el('input', { name: 'department', maxlength: '40', value: notes.department ?? '' });
    this.fee = choice('fee', FEES, 'fee', 'self');
    this.age = el('input', { name: 'age', type: 'number', min: '0', max: '130', inputmode: 'numeric' });
    this.ageIn = choice('age-in', ['years', 'months'], 'in', 'years');
    this.weight = el('input', { name: 'weight', inputmode: 'decimal', maxlength: '6' });
    this.sex = choice('sex', ['unknown', 'female', 'male'], 'sex', 'unknown');
    return el('section', { class: 'card stack' }, el('div', { class: 'card-h' }, el('h2', {}, icon('pencil'), text('sheet')), el('span', { class: 'muted tiny' }, this.self.memberName)),
      this.visit ? caution(text('for-visit')) : null,
      el('div', { class: 'grid' }, field(text('patient-name'), this.name, text('name-sealed')), field(text('sex'), this.sex), el('div', { class: 'pair' }, field(text('age'), this.age), field(text('age-in'), this.ageIn)), field(text('weight'), this.weight),
        field(text('record-no'), this.record), field(text('department'), this.department), field(text('fee'), this.fee), field(text('sign-prescriber'), this.doctor)));
  }

  facts() {
    this.stated = Object.fromEntries(FACTS.map((name) => [name, choice(name, STATED, 'stated', 'unknown')]));
    this.allergic = el('input', { name: 'allergic', maxlength: '200', placeholder: text('names-with-commas') });
    this.drugs = el('input', { name: 'drugs', maxlength: '200', placeholder: text('names-with-commas') });
    return el('section', { class: 'card stack' }, el('h2', {}, text('patient-facts')), el('p', { class: 'muted' }, text('facts-lead')),
      el('div', { class: 'grid stated' }, ...FACTS.map((name) => field(text(name), this.stated[name]))), el('div', { class: 'grid' }, field(text('allergic-to'), this.allergic), field(text('drugs'), this.drugs)));
  }

  diagnosis() {
    this.disease = new CodeField('disease', () => this.later());
    this.syndrome = new CodeField('syndrome', () => this.later());
    return el('section', { class: 'card stack' }, el('h2', {}, text('diagnosis')), el('div', { class: 'grid' }, this.disease.node, this.syndrome.node));
  }

  herbs() {
    this.list = el('ol', { class: 'rx-lines' });
    this.followed = el('p', { class: 'muted', 'aria-live': 'polite' });
    const search = new FormulaSearch((chosen) => this.follow(chosen));
    return el('section', { class: 'card stack' }, el('h2', {}, text('herbs-of-sheet')), search.node, this.followed, this.list, el('p', { class: 'btns' }, button(text('add-line'), () => this.add().name.focus(), { mark: 'plus', small: true })));
  }

  dosing() {
    const number = (name, value, most) => el('input', { name, type: 'number', min: '1', max: String(most), value: String(value), inputmode: 'numeric', required: true });
    [this.doses, this.days, this.times] = [number('doses', 3, 90), number('days', 3, 90), number('times', 2, 6)];
    this.route = choice('route', ['oral', 'external'], 'route', 'oral');
    this.usage = el('input', { name: 'usage', maxlength: '100', value: written('usage-usual') });
    this.valid = choice('valid', ['1', '2', '3'], 'valid', '1');
    this.emergency = el('input', { type: 'checkbox', name: 'emergency' });
    return el('section', { class: 'card stack' }, el('h2', {}, text('usage')),
      el('div', { class: 'grid' }, field(text('doses'), this.doses), field(text('days'), this.days), field(text('times'), this.times), field(text('route'), this.route), field(text('usage-words'), this.usage), field(text('valid'), this.valid)),
      el('label', { class: 'check' }, this.emergency, text('emergency')));
  }

  add(given) {
    const line = new LineField({ changed: () => this.later(), removed: (one) => { this.lines = this.lines.filter((other) => other !== one); this.later(); } }, given);
    this.lines.push(line);
    this.list.append(line.node);
    return line;
  }

  async follow(chosen) {
    this.followed.textContent = text('loading');
    try {
      this.formula = await addFormula(this, chosen);
      this.followed.textContent = text('follows', { name: this.formula.name, n: this.formula.version });
      this.later();
    } catch (error) {
      this.followed.textContent = reason(error);
    }
  }

  /** The sheet as the check reads it: no name, no record number. */
  get prescription() {
    const age = this.age.value === '' ? null : Number(this.age.value) * (this.ageIn.value === 'years' ? 12 : 1);
    const names = (input) => input.value.split(/[,，、;；]/).map((one) => one.trim()).filter(Boolean);
    const weight = this.weight.value.trim();
    return {
      lines: this.lines.filter((line) => !line.empty).map((line) => line.line), sheet: 'pieces',
      patient: {
        sex: this.sex.value, months: age, weight: /^\d{1,3}(\.\d)?$/.test(weight) ? weight : null, ...Object.fromEntries(FACTS.map((name) => [name, this.stated[name].value])),
        allergic_to: this.allergies ?? [], conditions: [], excluded: [], drugs: names(this.drugs),
      },
      diagnosis: { disease: this.disease.code, disease_words: this.disease.words, syndrome: this.syndrome.code, syndrome_words: this.syndrome.words },
      doses: Number(this.doses.value), days: Number(this.days.value), times: Number(this.times.value), route: this.route.value, usage: this.usage.value.trim(), emergency: this.emergency.checked,
      valid_days: Number(this.valid.value), follows: this.formula ? { formula: this.formula.id, version: this.formula.version, name: this.formula.name } : null,
      department: this.department.value.trim(), fee: written(`fee-${this.fee.value}`), prescriber: this.doctor.value.trim(),
      head: ['institution', 'date', ...(this.name.value.trim() ? ['name'] : []), ...(this.record.value.trim() ? ['record'] : [])],
    };
  }

  /** Check once the writing pauses; the answer to the newest question counts. */
  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), PAUSE);
  }

  async check() {
    const turn = (this.turn ?? 0) + 1;
    this.turn = turn;
    try {
      await this.knowAllergies();
      const checked = await doors.check(this.prescription);
      if (this.turn === turn) this.tell(checked);
      return checked;
    } catch (error) {
      if (this.turn === turn) this.summary.textContent = reason(error);
      throw error;
    }
  }

  /** Herbs that the patient is allergic to, by their names; one that is unknown stays a matter for a person. */
  async knowAllergies() {
    const typed = this.allergic.value.trim();
    if (typed === this.allergicAsked) return;
    this.allergicAsked = typed;
    const found = await Promise.all(typed.split(/[,，、;；]/).map((one) => one.trim()).filter(Boolean).map((one) => doors.herbNamed(one)));
    this.allergies = found.flatMap(({ herb }) => (herb ? [herb.id] : []));
    if (this.allergies.length) this.stated.allergies.value = 'yes';
  }

  /** At a phone's lower edge: the gravest grade and how many were found, which leads to them. */
  bar() {
    const lead = () => {
      this.side.focus({ preventScroll: true });
      this.side.scrollIntoView({ block: 'start' });
    };
    this.brief = el('span', {});
    this.edge = button(this.brief, lead, { class: 'rx-bar', hidden: true });
    return this.edge;
  }

  /** The bar stands only while something was found that is out of sight. */
  watch() {
    this.watching?.disconnect();
    this.checked = null;
    this.watching = new IntersectionObserver(([{ isIntersecting }]) => {
      this.seen = isIntersecting;
      this.edge.hidden = this.seen || !this.checked?.findings.length;
    });
    this.watching.observe(this.found);
  }

  brieflyTell([worst, ...more]) {
    this.edge.hidden = this.seen || !worst;
    if (!worst) return;
    this.edge.dataset.grade = worst.grade;
    this.brief.textContent = text('found-brief', { grade: text(`grade-${worst.grade}`), n: more.length + 1 });
  }

  tell(checked) {
    this.checked = checked;
    const worst = checked.findings[0]?.grade;
    this.summary.textContent = checked.findings.length ? text(`worst-${worst}`, { n: checked.findings.length }) : text('check-passes');
    this.summary.dataset.grade = worst ?? 'none';
    this.brieflyTell(checked.findings);
    this.found.replaceChildren(...checked.findings.map((one) => findingRow(one, { rules: checked.rules, more: this.reasonFor(one) })));
    const by = new Map();
    for (const { grade, subjects } of [...checked.findings].reverse()) for (const herb of subjects) by.set(herb, grade);
    for (const line of this.lines) line.node.dataset.grade = by.get(line.herb) ?? (line.herb || line.empty ? '' : 'explain');
    this.signing.disabled = worst === 'hard-stop';
  }

  /** Where the prescriber says why the finding is overridden; what was typed outlives the next check. */
  reasonFor({ id, needs_reason: needed, grade }) {
    if (!needed) return null;
    if (!this.reasons.has(id)) this.reasons.set(id, el('textarea', { rows: '2', maxlength: '300', 'aria-label': text('why', { id }), placeholder: text('why-placeholder'), 'data-why': id }));
    return el('div', {}, this.reasons.get(id), grade === 'two-signatures' ? el('p', { class: 'tiny muted' }, text('second-needed')) : null);
  }

  async sign() {
    this.trouble.textContent = '';
    this.signing.disabled = true;
    try {
      for (const line of this.lines) await line.look();
      const checked = await this.check();
      const wanted = checked.findings.filter((one) => one.needs_reason);
      const missing = wanted.find((one) => !this.reasons.get(one.id)?.value.trim());
      if (checked.findings.some((one) => one.grade === 'hard-stop')) throw Object.assign(new Error(), { sentence: 'hard-stop-says' });
      if (missing) {
        this.reasons.get(missing.id).focus();
        throw Object.assign(new Error(), { sentence: 'reason-missing' });
      }
      await this.issue(checked, wanted.map((one) => ({ finding: one.id, salt: freshSalt(), second: one.grade === 'two-signatures', reason: this.reasons.get(one.id).value.trim() })));
    } catch (error) {
      this.trouble.textContent = reason(error);
      this.signing.disabled = false;
    }
  }

  async issue(checked, overrides) {
    const { person: { home, notes }, self } = this;
    const secret = freshSecret();
    const steps = new Steps([text('step-seal'), text('step-issue'), ...(this.visit ? [text('step-record')] : [])]);
    this.trouble.before(steps.node);
    try {
      const document_ = {
        schema: 'tcmchain.prescription.1', salt: freshSalt(), patient: { name: this.name.value.trim(), record: this.record.value.trim() }, written: now(),
        prescriber: { account: home.address, name: this.doctor.value.trim(), member: self.member, member_name: self.memberNameZh || self.memberName }, prescription: checked.prescription,
        rules: { version: checked.rules, digest: checked.digest }, verdict: checked.verdict, course: Number(this.days.value), overrides,
        formula: this.formula ? { id: this.formula.id, version: this.formula.version } : null, code: (await this.visit?.code()) ?? '', printed: {},
      };
      const { block, content } = await seal(document_, secret);
      await steps.take(0, () => doors.keepSealed(home, block));
      const until = now() + Number(this.valid.value) * DAY - 60;
      const given = [content, slipAccount(secret), until, checked.rules, overrides.map(({ finding, salt, second }) => [findingCommitment(salt, finding), second])];
      await steps.take(1, (told) => doors.send(home, 'issue', given, (state) => told(chainState(state))));
      const [right] = await doors.rights({ content, prescriber: home.address });
      const slip = { id: right.id, secret, voucher: null };
      if (this.visit) await steps.take(2, () => this.visit.record(document_, slip, right));
      Object.assign(notes, { physicianName: this.doctor.value.trim(), department: this.department.value.trim() });
      await this.person.keep();
      this.done(document_, slip, right, await saidOf(document_));
    } catch (error) {
      steps.node.remove();
      throw error;
    }
  }

  done(document_, slip, right, findings) {
    const waits = right.missing ? caution(text('waits-for-second', { n: right.missing }), 'warn') : null;
    this.put(el('section', { class: 'card stack no-print' }, el('h2', {}, icon('circle-check'), text('issued')), waits, el('p', {}, text('issued-lead', { until: moment(right.until) })), slipBox(slip),
      el('p', { class: 'btns' }, button(text('print'), () => print(), { mark: 'printer', ghost: false }), right.missing ? el('a', { class: 'btn ghost', href: '/prescriptions/sign' }, text('to-sign')) : null, button(text('write-another'), () => this.start(), { mark: 'plus' }))),
    paper(document_, right, { findings, slip }));
    this.scrollIntoView({ block: 'start' });
  }
}

customElements.define('prescription-writer', PrescriptionWriter);
