// What scripts import of the contracts as `contracts:…`, for whoever bundles them.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const artifacts = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'tcmchain', 'chain', 'artifacts');

const shape = ({ name, type, indexed, components }) => ({
  name, type, ...(indexed ? { indexed } : {}), ...(components ? { components: components.map(shape) } : {}),
});

/** Names and inputs of what a kind of ABI entry declares, by contract. */
function entries(kind, contractNames = readdirSync(artifacts).sort().map((file) => basename(file, '.json'))) {
  return Object.fromEntries(contractNames.map((contract) => {
    const { abi } = JSON.parse(readFileSync(join(artifacts, `${contract}.json`), 'utf8'));
    const wanted = abi.filter((entry) => entry.type === kind && !['view', 'pure'].includes(entry.stateMutability));
    return [contract, wanted.map(({ name, inputs }) => ({ name, inputs: inputs.map(shape) }))];
  }));
}

// What scripts may import of the contracts; each stands in the bundle that uses it.
const DECLARED = { 'contracts:functions': () => entries('function'), 'contracts:events': () => entries('event', ['Provenance']), 'contracts:record-events': () => entries('event', ['Records']) };
export const contracts = {
  name: 'contracts',
  setup(tool) {
    tool.onResolve({ filter: /^contracts:/ }, ({ path }) => ({ path, namespace: 'contracts' }));
    tool.onLoad({ filter: /.*/, namespace: 'contracts' }, ({ path }) => ({ contents: JSON.stringify(DECLARED[path]()), loader: 'json' }));
  },
};
