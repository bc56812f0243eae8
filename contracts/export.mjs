// Writes {contractName, abi, bytecode} of each deployed contract into the Python package; with --check it compares.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '..', 'src', 'tcmchain', 'chain', 'artifacts');
const CONTRACTS = ['Members', 'Practitioners', 'Provenance', 'Epcis', 'Units', 'RewardToken', 'Guarantees', 'Patients', 'Consent', 'Custodians', 'Records', 'Encounters', 'Prescriptions', 'Claims', 'Formulas', 'Reviews', 'Rewards', 'Consultations'];
// Refusals of these contracts come through the callers' own.
const CALLED = {
  Practitioners: ['Members'],
  Provenance: ['Members', 'Guarantees', 'RewardToken'],
  Epcis: ['Members'],
  RewardToken: ['Members'],
  Guarantees: ['Members', 'RewardToken'],
  Consent: ['Members'],
  Custodians: ['Members'],
  Records: ['Members'],
  Encounters: ['Members'],
  Prescriptions: ['Members', 'Provenance'],
  Claims: ['RewardToken'],
  Formulas: ['Members', 'Rewards'],
  Reviews: ['Members', 'Formulas', 'Rewards'],
  Consultations: ['Members'],
};

const built = (name) => JSON.parse(readFileSync(join(here, 'out', `${name}.sol`, `${name}.json`), 'utf8'));
const errors = (name) => built(name).abi.filter((entry) => entry.type === 'error');

function artifact(name) {
  const { abi, bytecode } = built(name);
  const own = new Set(abi.filter((entry) => entry.type === 'error').map((entry) => entry.name));
  const bubbled = (CALLED[name] ?? []).flatMap(errors).filter((entry) => !own.has(entry.name));
  return `${JSON.stringify({ contractName: name, abi: [...abi, ...bubbled], bytecode: bytecode.object }, null, 1)}\n`;
}

mkdirSync(target, { recursive: true });
let stale = 0;
for (const name of CONTRACTS) {
  const file = join(target, `${name}.json`);
  const text = artifact(name);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${name}.json is not what the contracts build to: run "make contracts"`);
    stale += 1;
  }
}
process.exit(stale ? 1 : 0);
