// Lighthouse on a phone (4x slower CPU, 1.6 Mbit/s) for the certificate and the search page.
//   node bench/lighthouse.mjs http://127.0.0.1:8000
// The node must have told the example's story. Chromium is taken from CHROME_PATH or /usr/bin/chromium.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const fromFrontend = createRequire(join(here, '..', 'frontend', 'package.json'));
const load = async (name) => import(pathToFileURL(fromFrontend.resolve(name)).href);
const { default: lighthouse } = await load('lighthouse');
const { launch } = await load('chrome-launcher');

const url = process.argv[2] ?? 'http://127.0.0.1:8000';
const { lots } = await (await fetch(`${url}/api/provenance/lots?limit=1`)).json();
const chrome = await launch({ chromePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', chromeFlags: ['--headless=new', '--no-sandbox'] });
const pages = {};
for (const path of [lots[0].path, '/provenance']) {
  const { lhr } = await lighthouse(`${url}${path}`, {
    port: chrome.port, formFactor: 'mobile', onlyCategories: ['performance', 'accessibility', 'best-practices'], logLevel: 'error',
  });
  const audit = (name) => Math.round(lhr.audits[name].numericValue);
  pages[path] = {
    performance: Math.round(100 * lhr.categories.performance.score),
    accessibility: Math.round(100 * lhr.categories.accessibility.score),
    bestPractices: Math.round(100 * lhr.categories['best-practices'].score),
    largestContentfulPaint: audit('largest-contentful-paint'), totalBlockingTime: audit('total-blocking-time'),
    bytes: audit('total-byte-weight'),
    failed: Object.values(lhr.audits).filter((one) => one.score === 0 && one.scoreDisplayMode === 'binary').map((one) => one.id),
  };
}
await chrome.kill();
const result = { date: new Date().toISOString(), machine: { cpus: cpus().length, processor: cpus()[0].model, node: process.version }, pages };
mkdirSync(join(here, 'results'), { recursive: true });
writeFileSync(join(here, 'results', 'lighthouse.json'), `${JSON.stringify(result, null, 1)}\n`);
console.log(JSON.stringify(result, null, 1));
