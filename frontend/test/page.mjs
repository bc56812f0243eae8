// What tests and benches run in a page: bundled as the application is.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

await build({
  entryPoints: { across: join(fileURLToPath(import.meta.url), '..', 'across.mjs') },
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  target: ['es2022', 'chrome109', 'safari16', 'firefox115'],
  outdir: process.argv[2],
  assetNames: '[name]-[hash]',
  loader: { '.wasm': 'file' },
  logLevel: 'warning',
});
