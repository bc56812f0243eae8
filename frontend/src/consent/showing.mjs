// <consent-show>: what a patient shows a practitioner to be found: a one-time code, made and sealed on this device.
import encodeQR from 'qr';
import { toHex } from '../chain/bytes.mjs';
import { toBase64, utf8ToBytes } from '../sealing/coding.mjs';
import { ask } from './doors.mjs';
import { nameOfPatient, openPerson } from './people.mjs';
import { Opened, button, caution, el, empty, field, icon, now, reason, text } from './shell.mjs';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const NAME = utf8ToBytes('tcmchain.offer.1');
const ROUNDS = 200_000;

/** Eight letters of Crockford's Base32, 40 bits. */
const freshCode = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => ALPHABET[byte & 31]).join('');

/** An offer under a code: the name under which it waits, and its seal, as src/tcmchain/encounters/client/offers.py. */
export async function sealOffer(offer, code) {
  const raw = await crypto.subtle.importKey('raw', utf8ToBytes(code), 'PBKDF2', false, ['deriveBits']);
  const made = new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: NAME, iterations: ROUNDS }, raw, 384));
  const key = await crypto.subtle.importKey('raw', made.subarray(16), 'AES-GCM', false, ['encrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: NAME }, key, utf8ToBytes(JSON.stringify(offer))));
  return { name: toHex(made.subarray(0, 16)).slice(2), sealed: toBase64(Uint8Array.of(...iv, ...sealed)) };
}

class ConsentShow extends Opened {
  async load() { this.person = await openPerson(); }

  disconnectedCallback() { clearInterval(this.clock); }

  show() {
    const { own } = this.person;
    if (!own.length) {
      return this.put(el('section', { class: 'card' }, empty('user', text('no-relation'), text('no-relation-lead'), el('a', { class: 'btn', href: '/records' }, text('to-records')))));
    }
    this.pick = el('select', {}, ...own.map((one) => el('option', { value: one.address }, nameOfPatient(one))));
    this.place = el('div', { class: 'offer', 'aria-live': 'polite' });
    this.put(el('section', { class: 'card stack' },
      el('div', { class: 'finder' }, field(text('for-whom'), this.pick, text('for-whom-note')), button(text('make-code'), () => this.make(), { mark: 'qr-code', ghost: false })),
      this.place, el('ul', { class: 'can' }, ...['show-1', 'show-2', 'show-3'].map((name) => el('li', {}, icon('check'), el('span', {}, text(name))))),
      el('p', { class: 'btns' }, el('a', { class: 'btn ghost', href: '/consent/requests' }, icon('mail'), text('to-requests')), el('a', { class: 'btn ghost', href: '/records/register' }, icon('plus'), text('new-relation')))));
    return undefined;
  }

  async make() {
    clearInterval(this.clock);
    const patient = this.person.own.find((one) => one.address === this.pick.value);
    this.place.replaceChildren(el('p', { class: 'muted' }, text('making-code')));
    try {
      const code = freshCode();
      const salt = toHex(crypto.getRandomValues(new Uint8Array(32)));
      const { name, sealed } = await sealOffer({ kind: 'offer', patient: patient.address, inbox: patient.record.inbox, salt }, code);
      const { until } = await ask('POST', '/api/encounters/offers', { offer: name, sealed });
      this.tell(`${code.slice(0, 4)}-${code.slice(4)}`, until);
    } catch (error) {
      this.place.replaceChildren(caution(reason(error), 'bad'));
    }
  }

  tell(code, until) {
    const box = el('div', { class: 'qr-box', role: 'img', 'aria-label': text('code-label', { code: code.split('').join(' ') }) });
    box.innerHTML = encodeQR(code, 'svg', { border: 2 });
    const left = el('p', { class: 'muted' });
    const tick = () => {
      const seconds = until - now();
      left.textContent = seconds > 0 ? text('code-left', { left: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` }) : text('code-over');
      if (seconds <= 0) {
        clearInterval(this.clock);
        box.classList.add('over');
      }
    };
    this.place.replaceChildren(box, el('p', { class: 'one-time' }, code), left);
    this.clock = setInterval(tick, 1000);
    tick();
  }
}

customElements.define('consent-show', ConsentShow);
