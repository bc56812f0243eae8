// A prescription that comes of a visit (`#visit=0x…`): its record goes into the patient's folder, its dispensing, too.
import { ask } from '../chain/doors.mjs';
import { Folder } from '../encounters/opening.mjs';
import { writeFile } from '../encounters/writing.mjs';
import { bundle, subjectOf } from '../records/fhir.mjs';
import { askAs } from '../vault/doors.mjs';
import { kindOf } from './paper.mjs';
import { now, text } from './surface.mjs';
import { writeSlip } from './slips.mjs';

const FHIR = 'application/fhir+json';
const NAMED = /^#visit=(0x[0-9a-f]{64})$/;

/** The prescription as FHIR R4: a MedicationRequest with its Medication, and the slip that lets the patient have it. */
export function prescriptionRecord({ patient, visit, document: { prescription: rx, prescriber, written }, slip, right }) {
  const medication = {
    resourceType: 'Medication', id: crypto.randomUUID(),
    ingredient: rx.lines.map((line) => ({
      itemCodeableConcept: { text: [line.processing + line.name, ...line.preparations.map(kindOf)].join(' '), coding: [{ system: 'urn:tcmchain:herb', code: line.herb || line.name }] },
      strength: { numerator: { value: Number(line.grams), unit: 'g', system: 'http://unitsofmeasure.org', code: 'g' }, denominator: { value: 1, unit: '剂' } },
    })),
  };
  const at = new Date(written * 1000).toISOString();
  const until = new Date(right.until * 1000).toISOString();
  const request = {
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: subjectOf(patient), authoredOn: at, requester: { type: 'Practitioner', display: prescriber.name },
    identifier: [{ system: 'urn:tcmchain:prescription', value: slip.id }, { system: 'urn:tcmchain:slip', value: writeSlip(slip) }],
    encounter: { type: 'Encounter', identifier: { system: 'urn:tcmchain:encounter', value: visit } }, medicationReference: { reference: `urn:uuid:${medication.id}` },
    reasonCode: [rx.diagnosis.disease_words, rx.diagnosis.syndrome_words].filter(Boolean).map((words) => ({ text: words })), dosageInstruction: [{ text: rx.usage }],
    dispenseRequest: { validityPeriod: { start: at, end: until }, quantity: { value: rx.doses, unit: '剂' }, expectedSupplyDuration: { value: rx.days, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' } },
  };
  return bundle([medication, request], at);
}

export class Visit {
  constructor(person, self, id, folder) {
    Object.assign(this, { person, self, id, folder });
  }

  /** The visit that the address names, `null` for none; throws when it is not open or nothing may be written. */
  static async of(person, self) {
    const id = NAMED.exec(location.hash)?.[1];
    if (!id) return null;
    const visit = await ask('GET', `/api/encounters/${id}`);
    const answer = person.letters.find(({ content }) => content.kind === 'answer' && content.request === id)?.content ?? person.notes.answers?.[id];
    const granted = answer?.folders.find((one) => one.patient === visit.patient);
    if (visit.state !== 'permitted' || visit.until < now() || !granted) throw Object.assign(new Error(text('visit-shut')), { sentence: 'visit-shut' });
    const folder = await Folder.of(person.home, granted);
    if (!folder.writing('medication')) throw Object.assign(new Error(text('visit-shut')), { sentence: 'visit-shut' });
    return new Visit(person, self, id, folder);
  }

  /** A code under which the dispensing is recorded by itself, if this institution dispenses. */
  async code() {
    return (await askAs(this.person.home.key, 'POST', `/api/encounters/${this.id}/codes`).catch(() => ({ code: '' }))).code;
  }

  /** Seal the record to the patient's own key and append it to the folder. */
  async record(document_, slip, right) {
    const { folder, id, person: { home }, self } = this;
    const record = prescriptionRecord({ patient: folder.patient, visit: id, document: document_, slip, right });
    const medication = document_.prescription.lines.map((line) => `${line.name} ${line.grams}g`).join('、').slice(0, 200);
    const draft = { type: 'prescription', title: text('record-title'), category: 'medication', summary: { medication }, happened: new Date(document_.written * 1000).toISOString(), media: FHIR };
    const author = { account: home.address, member: self.member, name: document_.prescriber.name };
    return writeFile(home, folder, id, new Blob([JSON.stringify(record)], { type: FHIR }), draft, author);
  }
}
