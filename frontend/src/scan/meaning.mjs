// What a scanned text leads to on this node.

/** What is looked for, by ZXing's names. */
export const SYMBOLOGIES = ['QRCode', 'DataMatrix', 'Code128', 'EAN13', 'EAN8'];

const OURS = /^\/(01\/|8006\/|provenance\/(lots|codes)\/|records\/register$)/;

/** The path of one of our own addresses, whatever node printed it; `null` for any other text. */
export function pathOf(text) {
  let url;
  try {
    url = new URL(text.trim());
  } catch {
    return null;
  }
  if (!['http:', 'https:'].includes(url.protocol) || !OURS.test(url.pathname)) return null;
  return `${url.pathname}${url.search}${url.pathname.startsWith('/records/') ? url.hash : ''}`;
}

/** The path that a text leads to: its own, that of the GS1 code it is, or the search for it. */
export async function destination(text, ask = readAtNode) {
  const path = pathOf(text);
  if (path) return path;
  const link = await ask(text);
  return (link && pathOf(link)) ?? `/provenance?q=${encodeURIComponent(text.trim().slice(0, 100))}`;
}

/** The Digital Link of a GS1 element string or key, as the node reads it; empty when it is none. */
async function readAtNode(text) {
  try {
    const answer = await fetch(`/api/gs1/read?text=${encodeURIComponent(text)}`, { headers: { accept: 'application/json' } });
    return answer.ok ? (await answer.json()).link : '';
  } catch {
    return '';
  }
}

/** The id of the lot behind a text, for the lists of a form; `null` when the node knows none. */
export async function lotOf(text) {
  const path = await destination(text);
  const [, gtin, number] = path.match(/^\/01\/(\d+)\/10\/([^/?]+)/) ?? [];
  const id = path.match(/^\/provenance\/lots\/(0x[0-9a-f]{64})/)?.[1];
  if (id) return id;
  const door = gtin ? `items/${gtin}/lots/${number}` : `codes/${encodeURIComponent(text.trim())}`;
  const answer = await fetch(`/api/provenance/${door}`, { headers: { accept: 'application/json' } });
  return answer.ok ? (await answer.json()).id : null;
}
