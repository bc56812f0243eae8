// Writing into a patient's folder: sealed here to the patient's category key, appended under the grant.
import { toHex } from '../chain/bytes.mjs';
import { sha256 as digestOf, sha256OfBlob, writerSalt } from '../sealing/digest.mjs';
import { toBase64, utf8ToBytes } from '../sealing/coding.mjs';
import { buildEnvelope } from '../sealing/envelope.mjs';
import { makeLock } from '../sealing/lock.mjs';
import { Place, Sealing, newDataKey, padFacts, sealFacts } from '../sealing/seal.mjs';
import { bundle, subjectOf, vitalSigns } from '../records/fhir.mjs';
import { askAs } from '../vault/doors.mjs';
import { sendFrom } from '../vault/sending.mjs';
import { Upload, newFile } from '../vault/storing.mjs';

const FHIR = 'application/fhir+json';
const LOINC = 'http://loinc.org';

/** The parts of TCM's encounter form, in their order. */
export const PARTS = ['complaint', 'looking', 'listening', 'asking', 'feeling', 'syndrome', 'principle', 'prescription'];
export const MEASURES = ['systolic', 'diastolic', 'pulse', 'temperature_c', 'spo2', 'weight_kg'];

/** An encounter as FHIR R4: the Encounter, and a Composition with a section for each part that was filled in. */
export function encounterRecord({ patient, visit, at, title, names, texts, place, doctor }) {
  const subject = subjectOf(patient);
  const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const section = PARTS.filter((part) => texts[part]).map((part) => ({
    title: names[part], text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${escaped(texts[part])}</div>` },
  }));
  const encounter = {
    resourceType: 'Encounter', status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
    identifier: [{ system: 'urn:tcmchain:encounter', value: visit }], subject, period: { start: at, end: at }, serviceProvider: { display: place },
    participant: [{ individual: { type: 'Practitioner', display: doctor } }], ...(texts.complaint ? { reasonCode: [{ text: texts.complaint }] } : {}),
  };
  const composition = {
    resourceType: 'Composition', status: 'final', type: { coding: [{ system: LOINC, code: '34108-1', display: 'Outpatient Note' }] }, subject, date: at,
    author: [{ type: 'Practitioner', display: doctor }], title, ...(section.length ? { section } : {}),
  };
  return bundle([encounter, composition], at);
}

const prescriptionRecord = ({ patient, visit, at, text, doctor }) => ({
  resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text }, subject: subjectOf(patient), authoredOn: at,
  encounter: { type: 'Encounter', identifier: { system: 'urn:tcmchain:encounter', value: visit } }, requester: { type: 'Practitioner', display: doctor },
});

/** The files that a filled-in form makes: `{blob, draft}`, one a category. */
export function filesOf(form, { patient, visit, at, place, doctor, names, titles }) {
  const json = (content) => new Blob([JSON.stringify(content)], { type: FHIR });
  const draft = (type, title, category, summary) => ({ type, title, category, summary, happened: at, media: FHIR });
  const files = [];
  const { texts, values } = form;
  if (PARTS.some((part) => texts[part])) {
    const title = texts.syndrome ? `${titles.encounter}：${texts.syndrome}`.slice(0, 80) : titles.encounter;
    const summary = Object.fromEntries(['complaint', 'syndrome', 'principle'].filter((part) => texts[part]).map((part) => [part, texts[part].slice(0, 200)]));
    files.push({ blob: json(encounterRecord({ patient, visit, at, title, names, texts, place, doctor })), draft: draft('encounter', title, 'disease', summary) });
  }
  if (texts.prescription) {
    const record = prescriptionRecord({ patient, visit, at, text: texts.prescription, doctor });
    files.push({ blob: json(record), draft: draft('prescription', titles.prescription, 'medication', { medication: texts.prescription.slice(0, 200) }) });
  }
  if (Object.keys(values).length) files.push({ blob: json(vitalSigns(patient, at, values)), draft: draft('vitals', titles.vitals, 'vitals', values) });
  return files;
}

/** Seal a blob, send it up, and append it under the grant; `told(done, of)` while the body goes up. */
export async function writeFile(home, folder, visit, blob, draft, author, told = () => {}) {
  const way = folder.writing(draft.category);
  const place = new Place(folder.patient, newFile(), 1);
  const dataKey = newDataKey();
  const facts = {
    ...draft, size: blob.size, sha256: toHex(await sha256OfBlob(blob)).slice(2), author, encounter: visit, selfSupplied: false,
    salt: toHex(crypto.getRandomValues(new Uint8Array(32))).slice(2),
  };
  const sealing = new Sealing(blob, dataKey, place.bodyContext);
  const body = await new Upload({ relation: { keys: { accountKey: home.key }, patient: folder.patient }, sealing }, told).run();
  const padded = padFacts(utf8ToBytes(JSON.stringify(facts)));
  const lock = await makeLock(dataKey, 1, [way.key]);
  const envelope = buildEnvelope(place, { lock, facts: await sealFacts(padded, dataKey, place), body, size: sealing.size, bound: 'file' });
  const committed = digestOf(padded);
  await askAs(home.key, 'POST', '/api/records/append', { envelope: toBase64(envelope.bytes), facts: committed, grant: way.grant, salt: way.salt });
  const entry = { patient: place.patient, file: place.file, version: 1, envelope: envelope.hash, lock: envelope.lockHash, facts: committed };
  await sendFrom(home, [{ contract: 'Records', name: 'append', args: [entry, way.grant, writerSalt(way.salt)] }]);
  return place.file;
}
