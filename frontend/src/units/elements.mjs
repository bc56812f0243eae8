// <unit-open>, <unit-look> and <unit-scan> on the page of a unit.
import { Refused, ask, follow } from '../chain/doors.mjs';
import { readHidden } from './codes.mjs';
import { signedOpening } from './opening.mjs';

const words = (place) => JSON.parse(place.querySelector(':scope > [data-words]').content.textContent);
const PLACE = 'tcmchain-place';
const VIEWER = 'tcmchain-viewer';
const WAIT = 4000;

function kept(store, key, fresh) {
  try {
    const found = store.getItem(key) ?? fresh;
    if (found) store.setItem(key, found);
    return found;
  } catch {
    return fresh;
  }
}

function recalled(key) {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/** A random name of this tab, so that the node can count one reader once; it is forgotten with the tab. */
const viewer = () => kept(sessionStorage, VIEWER, crypto.getRandomValues(new Uint32Array(4)).join('-'));

class UnitOpen extends HTMLElement {
  connectedCallback() {
    this.words = words(this);
    this.form = this.querySelector('form');
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.open();
    });
    this.form.querySelector('[type=submit]').disabled = false;
  }

  async open() {
    const { hidden, purpose, place } = Object.fromEntries(new FormData(this.form));
    const code = readHidden(hidden);
    this.trouble(code ? '' : this.words.unreadable);
    if (!code) return;
    const button = this.form.querySelector('[type=submit]');
    button.disabled = true;
    try {
      const body = signedOpening(this.dataset, code, { purpose, place, happened: Math.floor(Date.now() / 1000) });
      const { tx } = await ask('POST', '/api/units/open', body);
      this.reached('submitted');
      await follow({ chain: 'care', tx }, ({ state }) => this.reached(state));
      this.done();
    } catch (error) {
      this.trouble(error instanceof Refused ? error.message : this.words.unreachable);
      button.disabled = false;
    }
  }

  done() {
    this.form.reset();
    this.form.hidden = true;
    const word = this.querySelector('[role=status]');
    word.textContent = this.words.done;
    word.hidden = false;
  }

  reached(state) {
    const track = this.querySelector('.track');
    const steps = [...track.children];
    track.hidden = false;
    const at = steps.findIndex((step) => step.dataset.state === state);
    steps.forEach((step, i) => step.classList.toggle('done', i <= at || step.classList.contains('done')));
  }

  trouble(text) {
    this.querySelector('.trouble').textContent = text;
  }
}

class UnitLook extends HTMLElement {
  connectedCallback() {
    this.words = words(this);
    this.select = this.querySelector('select');
    // A place may be chosen before this script is there.
    if (this.select.value) this.remember();
    else this.select.value = recalled(PLACE);
    this.select.addEventListener('change', () => {
      this.remember();
      this.count();
    });
    // Whoever wants to tell a place has a moment for it.
    setTimeout(() => { if (document.activeElement !== this.select) this.count(); }, WAIT);
  }

  remember() {
    try {
      localStorage.setItem(PLACE, this.select.value);
    } catch { /* without storage the place is chosen anew each time */ }
  }

  async count() {
    if (this.counted) return;
    this.counted = true;
    const { lot, serial } = this.dataset;
    try {
      const found = await ask('POST', '/api/units/scans', { lot, serial, kind: 'look', viewer: viewer(), place: this.select.value });
      this.say(found.counted ? this.words.counted : this.words.again);
    } catch (error) {
      this.counted = false;
      if (error instanceof Refused) this.say(error.message);
    }
  }

  say(text) {
    this.querySelector('[role=status]').textContent = text;
  }
}

class UnitScan extends HTMLElement {
  connectedCallback() {
    const said = words(this);
    const button = this.querySelector('button');
    const status = this.querySelector('[role=status]');
    const { lot, serial } = this.dataset;
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        const { counted } = await ask('POST', '/api/units/scans', { lot, serial, kind: 'trade' });
        status.textContent = counted ? said.counted : said.again;
      } catch (error) {
        status.textContent = error.message;
        button.disabled = false;
      }
    });
  }
}

customElements.define('unit-open', UnitOpen);
customElements.define('unit-look', UnitLook);
customElements.define('unit-scan', UnitScan);
