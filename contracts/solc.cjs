#!/usr/bin/env node
// The compiler that forge calls: it asks for the version, then hands in standard JSON.
const solc = require('solc');

if (process.argv.includes('--version')) {
  console.log(`solc, the solidity compiler\nVersion: ${solc.version()}`);
} else {
  const chunks = [];
  process.stdin.on('data', (chunk) => chunks.push(chunk));
  process.stdin.on('end', () => process.stdout.write(solc.compile(Buffer.concat(chunks).toString())));
}
