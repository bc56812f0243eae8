// <chain-verify>: checks the certificate it stands in and shows what came out, nothing else.
import { asker, check, peersKnow } from './check.mjs';

class ChainVerify extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.querySelector('[data-words]').content.textContent);
    this.button = this.querySelector('[data-verify]');
    this.bar = this.querySelector('progress');
    this.button.addEventListener('click', () => this.run());
    document.querySelector('[data-verify-jump]')?.addEventListener('click', () => {
      this.scrollIntoView({ block: 'center' });
      this.run();
    });
  }

  async run() {
    if (this.hasAttribute('data-busy')) return;
    this.begin();
    const started = performance.now();
    try {
      const proofs = JSON.parse(document.getElementById('proofs').textContent);
      const found = await check(proofs, asker(proofs.rpc), (share) => { this.bar.value = 100 * share; });
      const peers = await peersKnow(proofs, found.newest);
      this.show(found, peers, (performance.now() - started) / 1000);
    } catch (error) {
      this.fail(error);
    }
    this.button.querySelector('span').textContent = this.words.again;
    this.button.removeAttribute('aria-busy');
    this.removeAttribute('data-busy');
  }

  begin() {
    this.setAttribute('data-busy', '');
    this.button.setAttribute('aria-busy', 'true');
    this.bar.value = 0;
    this.querySelector('.checks').hidden = true;
    this.querySelectorAll('.checks li').forEach((row) => { row.hidden = true; });
    this.trouble('');
    this.state('idle', this.words.running);
  }

  show(found, peers, seconds) {
    const bad = {
      events: count(found.events, false), blocks: count(found.blocks, false),
      signatures: found.signatures ? count(found.signatures, false) : 0,
      peers: peers.filter((hash) => hash && hash !== found.newest.hash).length,
    };
    this.row('events', !bad.events, `${found.events.size - bad.events}/${found.events.size}`);
    this.row('blocks', !bad.blocks, `${found.blocks.size - bad.blocks}/${found.blocks.size}`);
    if (found.signatures) this.row('signatures', !bad.signatures, `${found.signatures.size - bad.signatures}/${found.signatures.size}`);
    this.row('depth', found.depth > 0, found.depth.toLocaleString());
    const answered = peers.filter(Boolean);
    if (answered.length) this.row('peers', !bad.peers, `${answered.length - bad.peers}/${peers.length}`);
    this.querySelector('.checks').hidden = false;
    this.marks(found);
    const passed = !bad.events && !bad.blocks && !bad.signatures && !bad.peers && found.depth > 0;
    this.state(passed ? 'ok' : 'bad', passed ? this.words.passed : this.words.failed);
    this.trouble([
      bad.events && this.words.differs.replace('%(n)s', bad.events), bad.blocks && this.words.blocks.replace('%(n)s', bad.blocks),
      bad.signatures && this.words.signatures.replace('%(n)s', bad.signatures), bad.peers && this.words.peers,
    ].filter(Boolean).join(' '));
    this.querySelector('.verify-note').textContent = this.words.done.replace('%(s)s', seconds.toFixed(1));
  }

  marks(found) {
    document.querySelectorAll('.step-mark').forEach((mark) => {
      const id = Number(mark.dataset.step);
      const good = found.events.get(id) && (!found.signatures || found.signatures.get(id));
      mark.textContent = good ? '✓' : '✗';
      mark.classList.toggle('bad', !good);
      mark.hidden = false;
    });
  }

  row(name, good, text) {
    const row = this.querySelector(`[data-check=${name}]`);
    row.className = good ? 'ok' : 'bad';
    row.querySelector('b').textContent = `${text} ${good ? '✓' : '✗'}`;
    row.hidden = false;
  }

  state(name, title) {
    this.querySelector('.verify-state').dataset.state = name;
    this.querySelector('.verify-title').textContent = title;
  }

  trouble(text) {
    const place = this.querySelector('.verify-trouble');
    place.textContent = text;
    place.hidden = !text;
  }

  fail(error) {
    this.state('trouble', this.words.trouble);
    this.trouble(error instanceof TypeError ? this.words.unreachable : `${this.words.unreachable} (${error.message})`);
  }
}

const count = (map, value) => [...map.values()].filter((found) => found === value).length;

customElements.define('chain-verify', ChainVerify);
