// Measured values over time out of opened records, and what the node's list of thresholds says of the newest.
import { thresholds } from './surface.mjs';

export const MEASURED = ['systolic', 'diastolic', 'pulse', 'temperature_c', 'spo2', 'glucose_mmol_l', 'weight_kg', 'height_cm', 'bmi'];

/** How strongly something is told, as a class of its own. */
export const mark = (tone) => ({ bad: 'bad', warn: 'warn' })[tone] ?? 'mild';

/** What is told of values: the first threshold of each measure that holds; `bmi` is reckoned where it can be. */
export function judge(values) {
  const all = withIndex(values);
  return MEASURED.flatMap((measure) => {
    const value = all[measure];
    if (typeof value !== 'number') return [];
    const found = thresholds.find((one) => one.measure === measure && (one.least === null || value >= one.least) && (one.below === null || value < one.below));
    return found ? [{ ...found, value }] : [];
  });
}

export function withIndex(values) {
  const { height_cm: height, weight_kg: weight } = values;
  return height > 0 && weight > 0 ? { ...values, bmi: weight / (height / 100) ** 2 } : values;
}

/** Points `{at, value}` of each measure, oldest first, out of the timeline's items. */
export function series(items) {
  const found = Object.fromEntries(MEASURED.map((name) => [name, []]));
  let height;
  for (const { facts, when } of items.filter((item) => item.facts).sort((a, b) => (a.when < b.when ? -1 : 1))) {
    const at = new Date(when).valueOf();
    const values = facts.summary ?? {};
    height = typeof values.height_cm === 'number' ? values.height_cm : height;
    const all = withIndex({ ...values, ...(values.weight_kg ? { height_cm: values.height_cm ?? height } : {}) });
    for (const name of MEASURED) {
      const value = name === 'height_cm' ? values.height_cm : all[name];
      if (typeof value === 'number' && Number.isFinite(value)) found[name].push({ at, value, tone: judge({ [name]: value })[0]?.tone });
    }
  }
  return found;
}

/** The newest value of each measure, with its moment. */
export const newest = (found) => Object.fromEntries(Object.entries(found).filter(([, points]) => points.length).map(([name, points]) => [name, points.at(-1)]));

const list = (value) => (Array.isArray(value) ? value : value ? [value] : []).map((one) => (typeof one === 'object' ? one.name ?? one.substance ?? one.text ?? Object.values(one)[0] : one));

/** Blood type, allergies and medication as the newest records tell them. */
export function background(items) {
  const sorted = items.filter((item) => item.facts).sort((a, b) => (a.when < b.when ? 1 : -1));
  const profiles = sorted.filter(({ facts }) => facts.type === 'profile');
  const pick = (...names) => profiles.flatMap(({ facts }) => names.map((name) => facts.summary?.[name])).find((one) => one !== undefined && one !== '');
  const named = (type, ...names) => sorted.filter(({ facts }) => facts.type === type).map(({ facts }) => names.map((name) => facts.summary?.[name]).find(Boolean) ?? facts.title);
  return {
    blood: pick('blood_type') ?? '',
    allergies: [...new Set([...list(pick('allergies')), ...named('allergy', 'what').flatMap(list)])],
    medications: [...new Set([...list(pick('medications')), ...named('medication', 'what').flatMap(list)])],
  };
}
