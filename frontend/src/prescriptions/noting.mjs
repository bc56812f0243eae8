// What the pharmacy's node needs to give the patient a voucher: of the name a salted hash leaves this browser.
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { toBytes, toHex } from '../chain/bytes.mjs';
import { ask } from '../chain/doors.mjs';
import { ensureSession } from '../wallet/node.mjs';
import { choice } from './fields.mjs';
import { freshSalt } from './slips.mjs';
import { caution, el, field, text } from './surface.mjs';

const RELATIONS = ['none', 'prescriber', 'staff', 'household', 'author'];
const HAN = /[㐀-鿿豈-﫿\u{20000}-\u{323af}]/u;

/** One spelling of a name, as src/tcmchain/reviews/model/names.py has it. */
export function plainName(name) {
  const plain = name.normalize('NFKC').replace(/[•・]/g, '·').split(/\s+/).filter(Boolean).join(' ');
  return HAN.test(plain) ? plain.replaceAll(' ', '') : plain;
}

/** A note's salt, and SHA-256 of it with a name. */
export function nameDigest(name, salt = freshSalt()) {
  return { salt, name: toHex(sha256(concatBytes(toBytes(salt), utf8ToBytes(plainName(name))))) };
}

/** The pharmacist reads the name from papers and says whether the patient belongs to those who may not review. */
export class Note {
  constructor({ right, document }) {
    Object.assign(this, { right, document });
    this.name = el('input', { name: 'papers', required: true, maxlength: '60', autocomplete: 'off' });
    this.relation = choice('relation', RELATIONS, 'relation', 'none');
    this.node = el('section', { class: 'stack', 'aria-label': text('with-voucher') }, caution(text('with-voucher')), el('div', { class: 'grid' }, field(text('papers'), this.name, text('papers-note')), field(text('relation'), this.relation, text('relation-note'))));
  }

  /** Left before the dispensing, so that no voucher is lost after it; throws when the name differs from the sheet. */
  async leave() {
    if (plainName(this.name.value) !== plainName(this.document.patient.name)) throw Object.assign(new Error(), { sentence: 'papers-differ' });
    await ensureSession();
    const { formula: { id, version }, course } = this.document;
    await ask('POST', '/api/reviews/notes', { prescription: this.right.id, formula: id, version, days: course, relation: this.relation.value, ...nameDigest(this.name.value) });
  }
}
