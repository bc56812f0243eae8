// Records as FHIR R4 (https://hl7.org/fhir/R4/): vital signs written here, and any resource read out in words.
import { element, known, number, pairs, say, when } from './surface.mjs';

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';

// Codes of the vital-signs profile (https://hl7.org/fhir/R4/observation-vitalsigns.html) and, for glucose, of LOINC.
const MEASURES = {
  height_cm: ['8302-2', 'Body height', 'cm'], weight_kg: ['29463-7', 'Body weight', 'kg'], pulse: ['8867-4', 'Heart rate', '/min'],
  temperature_c: ['8310-5', 'Body temperature', 'Cel'], spo2: ['2708-6', 'Oxygen saturation in Arterial blood', '%'],
  glucose_mmol_l: ['15074-8', 'Glucose [Moles/volume] in Blood', 'mmol/L'],
};

const quantity = (value, code) => ({ value, unit: code === 'Cel' ? '℃' : code, system: UCUM, code });
const coded = (code, display) => ({ coding: [{ system: LOINC, code, display }] });

function observation(subject, at, code, rest) {
  return {
    resourceType: 'Observation', status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs', display: 'Vital Signs' }] }],
    code, subject, effectiveDateTime: at, ...rest,
  };
}

/** A Bundle of type collection. */
export const bundle = (resources, timestamp) => ({
  resourceType: 'Bundle', type: 'collection', ...(timestamp ? { timestamp } : {}), entry: resources.map((resource) => {
    const id = resource.id ?? crypto.randomUUID();
    return { fullUrl: `urn:uuid:${id}`, resource: { resourceType: resource.resourceType, id, ...resource } };
  }),
});

/** Who is meant: the pseudonym and nothing else. */
export const subjectOf = (patient) => ({ reference: `Patient/${patient}`, identifier: { system: 'urn:tcmchain:patient', value: patient } });

/** The Patient that records of a relation are about, without a name. */
export const patientOf = (patient) => ({ resourceType: 'Patient', id: patient, identifier: [{ system: 'urn:tcmchain:patient', value: patient }] });

/** Measured values (as in a summary of vital signs) as Observations. */
export function vitalSigns(patient, at, values) {
  const subject = subjectOf(patient);
  const found = Object.entries(MEASURES).filter(([name]) => values[name] !== undefined)
    .map(([name, [code, display, unit]]) => observation(subject, at, coded(code, display), { valueQuantity: quantity(values[name], unit) }));
  if (values.systolic !== undefined) {
    const part = (code, display, value) => ({ code: coded(code, display), valueQuantity: quantity(value, 'mm[Hg]') });
    found.push(observation(subject, at, coded('85354-9', 'Blood pressure panel with all children optional'), {
      component: [part('8480-6', 'Systolic blood pressure', values.systolic), part('8462-4', 'Diastolic blood pressure', values.diastolic)],
    }));
  }
  return bundle(found, at);
}

/** The resources of a record: those of a Bundle, or the one. */
export const resourcesOf = (found) => (found.resourceType === 'Bundle' ? (found.entry ?? []).map((entry) => entry.resource).filter(Boolean) : [found]);

const concept = (given) => given?.text ?? given?.coding?.map((one) => one.display ?? one.code).join(' ') ?? '';
const amount = (given) => (given ? `${given.comparator ?? ''}${number(given.value)} ${given.unit ?? given.code ?? ''}`.trim() : '');

function valueOf(given) {
  if (given.valueQuantity) return amount(given.valueQuantity);
  if (given.valueCodeableConcept) return concept(given.valueCodeableConcept);
  if (given.valueBoolean !== undefined) return say(given.valueBoolean ? 'yes' : 'no');
  return given.valueString ?? given.valueDateTime ?? (given.valueInteger !== undefined ? number(given.valueInteger) : given.valueDecimal !== undefined ? number(given.valueDecimal) : '');
}

const READERS = {
  Observation: (one) => [...(one.component ?? []).map((part) => [concept(part.code), valueOf(part)]), [concept(one.code), valueOf(one)], ...notes(one)],
  Condition: (one) => [[one.note?.[0]?.text?.length < 5 ? one.note[0].text : say('fhir-condition'), concept(one.code)], [say('fhir-stage'), (one.stage ?? []).map((stage) => concept(stage.summary)).join('、')], ...(one.note?.[0]?.text?.length < 5 ? [] : notes(one))],
  MedicationRequest: (one) => [[concept(one.medicationCodeableConcept) || one.medicationReference?.display, dosage(one.dosageInstruction)], ...notes(one)],
  MedicationDispense: (one) => [[concept(one.medicationCodeableConcept) || one.medicationReference?.display, [amount(one.quantity), dosage(one.dosageInstruction)].filter(Boolean).join(' · ')], [say('fhir-lot'), (one.contained ?? []).map((part) => part.batch?.lotNumber).filter(Boolean).join('、')], [say('fhir-place'), (one.performer ?? []).map((part) => part.actor?.display).filter(Boolean).join('、')], [say('fhir-handed'), one.whenHandedOver && when(one.whenHandedOver)], ...notes(one)],
  MedicationStatement: (one) => [[concept(one.medicationCodeableConcept), dosage(one.dosage)], ...notes(one)],
  AllergyIntolerance: (one) => [[say('fhir-allergy'), concept(one.code)], [say('fhir-reaction'), (one.reaction ?? []).flatMap((part) => part.manifestation ?? []).map(concept).join('、')], ...notes(one)],
  DiagnosticReport: (one) => [[concept(one.code), one.conclusion], ...notes(one)],
  Encounter: (one) => [[say('fhir-reason'), (one.reasonCode ?? []).map(concept).join('、')], [say('fhir-period'), [one.period?.start, one.period?.end].filter(Boolean).map(when).join(' – ')], [say('fhir-place'), one.serviceProvider?.display], [say('fhir-doctor'), (one.participant ?? []).map((part) => part.individual?.display).filter(Boolean).join('、')]],
  Composition: (one) => [[say('fhir-title'), one.title], ...(one.section ?? []).flatMap(section)],
  QuestionnaireResponse: (one) => (one.item ?? []).flatMap(item),
  ClinicalImpression: (one) => [[say('fhir-impression'), one.summary ?? one.description], ...(one.finding ?? []).map((part) => [say('fhir-finding'), concept(part.itemCodeableConcept)]), ...notes(one)],
  CarePlan: (one) => [[one.title, one.description], ...notes(one)],
  DeviceUseStatement: (one) => [[say('fhir-device'), one.device?.display ?? one.device?.identifier?.value], [say('fhir-period'), [one.timingDateTime, one.timingPeriod?.start, one.timingPeriod?.end].filter(Boolean).map(when).join(' – ')], [say('fhir-place'), one.source?.display], ...notes(one)],
  Patient: (one) => [[say('fhir-born'), one.birthDate], [say('fhir-gender'), one.gender && (known(`gender-${one.gender}`) ? say(`gender-${one.gender}`) : one.gender)]],
  Coverage: (one) => [[concept(one.type), one.subscriberId], [say('fhir-period'), [one.period?.start, one.period?.end].filter(Boolean).join(' – ')]],
};

const notes = (one) => (one.note ?? []).map((note) => [say('fhir-note'), note.text]);
const dosage = (given) => (given ?? []).map((one) => one.text ?? [one.route && concept(one.route), one.doseAndRate?.map((rate) => amount(rate.doseQuantity)).join(' ')].filter(Boolean).join(' ')).join('；');
const section = (one) => [[one.title ?? concept(one.code), plain(one.text?.div)], ...(one.section ?? []).flatMap(section)];
const item = (one) => [[one.text ?? one.linkId, (one.answer ?? []).map(valueOf).join('、')], ...(one.item ?? []).flatMap(item)];

/** Narrative without its markup. */
const plain = (div) => (div ? new DOMParser().parseFromString(div, 'text/html').body.textContent.trim() : '');

const QUIET = new Set(['resourceType', 'id', 'meta', 'status', 'subject', 'contained', 'language', 'fullUrl', 'identifier', 'text']);

/** What no reader knows is told as it stands. */
function rest(one, path = '') {
  return Object.entries(one).filter(([name]) => !QUIET.has(name)).flatMap(([name, value]) => {
    const here = path ? `${path}.${name}` : name;
    if (value && typeof value === 'object') return concept(value) && !Array.isArray(value) ? [[here, concept(value)]] : rest(value, here);
    return [[here, String(value)]];
  });
}

/** Rows of label and text of one resource. */
export const rowsOf = (one) => (READERS[one.resourceType] ?? rest)(one).filter(([label, text]) => label && text);

// What a doctor sees, hears, asks and feels has a section of its own beside what was measured.
const kindOf = (one) => (one.resourceType === 'Observation' && one.category?.some((part) => part.coding?.some((code) => code.code === 'exam')) ? 'examinations' : one.resourceType);

/** A record's resources in words, one section each kind. */
export function reading(record) {
  const kinds = new Map();
  for (const one of resourcesOf(record)) kinds.set(kindOf(one), [...(kinds.get(kindOf(one)) ?? []), one]);
  return element('div', { class: 'reading' }, ...[...kinds].map(([kind, found]) => [kind, kind === 'MedicationRequest' ? found.map(prescription) : [pairs(found.flatMap(rowsOf))]])
    .filter(([, parts]) => parts.some((part) => part.childElementCount))
    .map(([kind, parts]) => element('section', {}, element('h3', {}, known(`fhir-${kind}`) ? say(`fhir-${kind}`) : kind), ...parts)));
}

const HERB = /^(\S+)\s+([\d.]+)\s*(?:克|g)(?:（(.+)）)?$/;

/** A prescription as it is written: the formula, its herbs with their masses, how to take it. */
function prescription(one) {
  const [text, usage] = [concept(one.medicationCodeableConcept) || one.medicationReference?.display || '', dosage(one.dosageInstruction)];
  const [, formula, lines] = text.match(/^(?:([^：]*)：)?(.*)$/s);
  const herbs = lines.split('，').map((line) => line.trim().match(HERB));
  const written = herbs.every(Boolean);
  return element('div', { class: 'script' }, element('strong', {}, written ? `Rp. ${formula ?? ''}` : text),
    ...(written ? [element('ul', {}, ...herbs.map(([, name, grams, note]) => element('li', {}, element('span', {}, name, ...(note ? [element('small', {}, note)] : [])), element('span', { class: 'num' }, `${grams} g`))))] : []),
    ...(usage ? [element('p', {}, usage)] : []), ...notes(one).map(([, told]) => element('p', { class: 'muted' }, told)));
}
