// What is inside a file, shown on this page: FHIR in words, pictures, text; other kinds to open or to keep.
import { bodyOf } from '../vault/opening.mjs';
import { reading } from './fhir.mjs';
import { button, caution, element, say, size } from './surface.mjs';

const PICTURES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/bmp', 'image/avif']);
const WIDEST = 2000;
const LARGE = 64 << 20;
const ENDINGS = { 'application/fhir+json': 'json', 'application/pdf': 'pdf', 'application/dicom': 'dcm', 'text/plain': 'txt', 'text/csv': 'csv', 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' };

/** A name under which a file is kept. */
export function fileName({ title, media, happened }) {
  const plain = `${happened.slice(0, 10)} ${title}`.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '_').trim().slice(0, 80);
  const ending = ENDINGS[media] ?? 'bin';
  return plain.toLowerCase().endsWith(`.${ending}`) ? plain : `${plain}.${ending}`;
}

/** Hand a blob to the person. */
export function keep(blob, name) {
  const url = URL.createObjectURL(blob);
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The content of an opened version as an element. Large ones are fetched only when they are asked for. */
export async function content(opened) {
  const { facts } = opened;
  if (facts.size > LARGE) return element('div', { class: 'stack' }, caution(say('large', { size: size(facts.size) }), 'ok'), ways(opened, null));
  const body = await bodyOf(opened);
  return element('div', { class: 'stack' }, await shown(facts, body), ways(opened, body));
}

async function shown(facts, body) {
  const { media } = facts;
  if (!body.length) return element('p', { class: 'muted' }, say('no-body'));
  if (/[/+]json$/.test(media)) return json(body);
  if (PICTURES.has(media)) return picture(new Blob([body], { type: media }), facts.title);
  if (media.startsWith('text/')) return element('pre', { class: 'plain-text', tabindex: '0' }, new TextDecoder().decode(body));
  return element('p', { class: 'muted' }, say('other-media', { media, size: size(facts.size) }));
}

function json(body) {
  const text = new TextDecoder().decode(body);
  let found;
  try { found = JSON.parse(text); } catch { return element('pre', { class: 'plain-text', tabindex: '0' }, text); }
  const source = element('details', { class: 'values' }, element('summary', {}, say('source')), element('pre', { class: 'plain-text', tabindex: '0' }, JSON.stringify(found, null, 2)));
  return element('div', { class: 'stack' }, ...(found.resourceType ? [reading(found)] : []), source);
}

// Drawn, not linked: the page's policy lets no address of a picture in that this page did not bring.
async function picture(blob, title) {
  let bitmap;
  try { bitmap = await createImageBitmap(blob); } catch { return caution(say('no-picture'), 'bad'); }
  const scale = Math.min(1, WIDEST / bitmap.width);
  const canvas = element('canvas', { class: 'picture', role: 'img', 'aria-label': title, width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function ways(opened, body) {
  const { facts } = opened;
  const blob = async () => new Blob([body ?? await bodyOf(opened)], { type: facts.media });
  const open = async () => window.open(URL.createObjectURL(await blob()), '_blank', 'noopener');
  return element('p', { class: 'btns' },
    ...(facts.media === 'application/pdf' ? [button('eye', say('open-pdf'), open, { ghost: false })] : []),
    button('download', say('keep-file'), async () => keep(await blob(), fileName(facts))),
    button('printer', say('print'), () => window.print()));
}
