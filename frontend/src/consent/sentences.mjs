// A grant in words: who may do what, for what purpose, until when.
import { moment, short, text } from './shell.mjs';

export const READ = 1;
export const APPEND = 2;
export const PASS = 4;
export const RIGHTS = [[READ, 'right-read'], [APPEND, 'right-append'], [PASS, 'right-pass']];
export const CATEGORIES = ['identity', 'disease', 'insurance', 'vitals', 'medication', 'imaging', 'sensitive', 'emergency'];
export const PURPOSES = ['treatment', 'consultation', 'second-opinion', 'claim', 'family', 'research'];

export const categoryName = (name) => text(`category-${name}`);
export const rightsName = (rights) => RIGHTS.filter(([bit]) => rights & bit).map(([, name]) => text(name)).join(text('and'));
export const purposeName = (purpose) => ([...PURPOSES, 'emergency'].includes(purpose) ? text(`purpose-${purpose}`) : purpose);
export const whoName = (entry) => entry.name || entry.memberName || short(entry.opening?.grantee ?? entry.grantee ?? '0x');

/** The whole sentence of what a grant says. */
export function sentence(entry) {
  const { rights, purpose, until } = entry.opening;
  return text('sentence', { who: whoName(entry), rights: rightsName(rights), category: categoryName(entry.category), purpose: purposeName(purpose), until: moment(until) });
}

/** `force`, `ended` or `withdrawn`: how a grant stands at a moment. */
export function standing(grant, at) {
  if (grant.withdrawn) return 'withdrawn';
  return grant.until < at ? 'ended' : 'force';
}

/** Rows as CSV (RFC 4180), with a mark that lets spreadsheets read Chinese; no cell is taken for a formula. */
export function csv(rows) {
  const cell = (value) => {
    const plain = String(value ?? '');
    const safe = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

export function download(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
