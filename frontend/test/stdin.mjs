// Reads one JSON from the standard input and writes what the browser's kit makes of it.
import { text } from 'node:stream/consumers';
import { across } from './across.mjs';

process.stdout.write(JSON.stringify(await across(JSON.parse(await text(process.stdin)))));
