// <code-scan>: reads a code by camera or from a photo, and goes where it leads or fills a field of the form.
import { destination, lotOf } from './meaning.mjs';
import { openReader } from './reader.mjs';

const PAUSE = 120;
const REFUSED = { NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'none', NotReadableError: 'busy', OverconstrainedError: 'none' };

class CodeScan extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.querySelector('[data-words]').content.textContent);
  }

  async open() {
    this.dialog ??= this.build();
    this.dialog.showModal();
    this.say(this.words.starting);
    try {
      this.read ??= await openReader();
      this.stream = await camera();
      this.video.srcObject = this.stream;
      this.video.hidden = false;
      await this.video.play();
    } catch (error) {
      this.stop();
      if (this.dialog.open) this.say(this.words[REFUSED[error.name] ?? (this.read ? 'none' : 'trouble')], true);
      return;
    }
    if (!this.dialog.open) this.stop();
    else this.watch();
  }

  build() {
    const { words } = this;
    const dialog = document.createElement('dialog');
    dialog.className = 'dialog scan';
    dialog.setAttribute('aria-label', words.title);
    dialog.innerHTML = '<h2></h2><video playsinline muted hidden></video><p class="scan-state" role="status"></p><div class="btns"><label class="btn ghost"><span></span><input class="sr-only" type="file" accept="image/*" capture="environment"></label><button class="btn" type="button"></button></div>';
    dialog.querySelector('h2').textContent = words.title;
    dialog.querySelector('label span').textContent = words.photo;
    dialog.querySelector('button').textContent = words.close;
    dialog.querySelector('button').addEventListener('click', () => dialog.close());
    dialog.querySelector('input').addEventListener('change', (event) => this.photo(event.target));
    dialog.addEventListener('close', () => this.stop());
    this.video = dialog.querySelector('video');
    this.state = dialog.querySelector('.scan-state');
    document.body.append(dialog);
    return dialog;
  }

  say(text, bad = false) {
    this.state.textContent = text;
    this.state.classList.toggle('bad', bad);
  }

  async watch() {
    this.say(this.words.looking);
    while (this.stream) {
      const found = await this.read(this.video).catch(() => null);
      if (found && this.stream) return this.take(found.text);
      await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    }
  }

  async photo(input) {
    const [file] = input.files;
    input.value = '';
    if (!file) return;
    this.stop();
    this.say(this.words.reading);
    let found = null;
    try {
      this.read ??= await openReader();
      const picture = await createImageBitmap(file);
      found = await this.read(picture);
      picture.close();
    } catch {
      found = null;
    }
    if (found) await this.take(found.text);
    else this.say(this.words.nothing, true);
  }

  async take(text) {
    this.stop();
    const field = this.field();
    this.say(`${this.words.found} ${text}`);
    if (!field) {
      location.assign(await destination(text));
      return;
    }
    if (!(await fill(field, text))) {
      this.say(this.words.unlisted, true);
      return;
    }
    this.dialog.close();
    field.focus();
  }

  /** The form's field that this fills; of several lists the first that is empty. */
  field() {
    const wanted = this.getAttribute('fills');
    if (!wanted) return null;
    const fields = [...(this.closest('form') ?? document).querySelectorAll(wanted)];
    return fields.find((field) => !field.value) ?? fields.at(-1) ?? null;
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    if (this.video) {
      this.video.srcObject = null;
      this.video.hidden = true;
    }
  }
}

/** The camera at the back; without https a browser has none to give. */
async function camera() {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('', 'NotFoundError');
  return navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
}

async function fill(field, text) {
  let value = text;
  if (field.tagName === 'SELECT') {
    value = await lotOf(text).catch(() => null);
    if (![...field.options].some((option) => option.value === value)) return false;
  }
  field.value = field.tagName === 'TEXTAREA' && field.value ? `${field.value.trimEnd()}\n${value}` : value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
  return true;
}

customElements.define('code-scan', CodeScan);
