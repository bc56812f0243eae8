// Bundles scripts and styles into the Python package under names that change with their content.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { contracts } from './contracts.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, '..', 'src', 'tcmchain', 'web', 'assets');

// The reader of codes would fetch its WebAssembly elsewhere, were it not told where; the address is taken out.
const stayHere = {
  name: 'stay-here',
  setup(tool) {
    tool.onLoad({ filter: /zxing-wasm[\\/]dist[\\/]es[\\/]share\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('https://fastly.jsdelivr.net/npm/', '/'), loader: 'js',
    }));
  },
};

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
  assetNames: '[name]-[hash]',
  loader: { '.wasm': 'file' },
  metafile: true,
  legalComments: 'none',
  plugins: [contracts, stayHere],
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
