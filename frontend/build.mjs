// Bundles scripts and styles into the Python package under names that change with their content.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, '..', 'src', 'tcmchain', 'web', 'assets');
const artifacts = join(here, '..', 'src', 'tcmchain', 'chain', 'artifacts');

/** `import functions from 'contracts'`: names and inputs of every function of every contract. */
const contracts = {
  name: 'contracts',
  setup(tool) {
    tool.onResolve({ filter: /^contracts$/ }, () => ({ path: 'contracts', namespace: 'contracts' }));
    tool.onLoad({ filter: /.*/, namespace: 'contracts' }, () => ({ contents: JSON.stringify(functions()), loader: 'json' }));
  },
};

function functions() {
  const shape = ({ name, type, components }) => (components ? { name, type, components: components.map(shape) } : { name, type });
  const found = {};
  for (const file of readdirSync(artifacts).sort()) {
    const { contractName, abi } = JSON.parse(readFileSync(join(artifacts, file), 'utf8'));
    found[contractName] = abi
      .filter((entry) => entry.type === 'function' && !['view', 'pure'].includes(entry.stateMutability))
      .map(({ name, inputs }) => ({ name, inputs: inputs.map(shape) }));
  }
  return found;
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const result = await build({
  entryPoints: { app: join(here, 'src/app/index.mjs'), boot: join(here, 'src/app/boot.js'), style: join(here, 'src/styles/index.css') },
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  target: ['es2022', 'chrome109', 'safari16', 'firefox115'],
  outdir: target,
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  metafile: true,
  legalComments: 'none',
  plugins: [contracts],
  logLevel: 'warning',
});

const manifest = {};
for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs)) {
  if (!entryPoint) continue;
  const name = basename(file);
  const kind = name.split('-')[0];
  if (['app', 'boot', 'style'].includes(kind)) manifest[`${kind}.${name.endsWith('.css') ? 'css' : 'js'}`] = name;
}
const mark = readFileSync(join(here, 'src/app/favicon.svg'));
const favicon = `favicon-${createHash('sha256').update(mark).digest('hex').slice(0, 8)}.svg`;
writeFileSync(join(target, favicon), mark);
manifest['favicon.svg'] = favicon;
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()), null, 1)}\n`);
