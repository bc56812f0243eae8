// What tests and benches run in a page: bundled as the application is.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { contracts } from '../contracts.mjs';

const here = join(fileURLToPath(import.meta.url), '..');

await build({
  entryPoints: { across: join(here, 'across.mjs'), reading: join(here, 'reading.mjs') },
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  target: ['es2022', 'chrome109', 'safari16', 'firefox115'],
  outdir: process.argv[2],
  assetNames: '[name]-[hash]',
  loader: { '.wasm': 'file' },
  plugins: [contracts],
  logLevel: 'warning',
});
