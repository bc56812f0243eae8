// <formula-doses data-door>: the doses of a folk formula, opened at a desk for who is licensed and shown in the table.
import { ask } from '../chain/doors.mjs';
import { element } from '../wallet/dialog.mjs';
import { say } from '../wallet/words.mjs';

const range = (grams) => (grams.low === grams.high ? grams.low : `${grams.low}–${grams.high}`);

class Doses extends HTMLElement {
  connectedCallback() {
    this.querySelector('button')?.addEventListener('click', () => this.open());
  }

  async open() {
    const [button, trouble] = [this.querySelector('button'), this.querySelector('.trouble')];
    button.disabled = true;
    trouble.hidden = true;
    try {
      const { ingredients } = await ask('GET', this.dataset.door);
      for (const one of ingredients) this.show(one);
      this.querySelector('.note span').textContent = say('formula-opened');
      button.remove();
    } catch (error) {
      trouble.textContent = error.message;
      trouble.hidden = false;
      button.disabled = false;
    }
  }

  show({ herb, words, grams, grams_a_day: day }) {
    const row = document.querySelector(`tr[data-herb="${CSS.escape(herb)}"]`);
    row.querySelectorAll('.none[data-words], .none[data-grams], .none[data-day]').forEach((cell) => cell.classList.remove('none'));
    row.querySelector('[data-words]').replaceChildren(words);
    row.querySelector('[data-grams]').replaceChildren(grams ? range(grams) : element('span', { class: 'pill warn' }, say('formula-grams-none')));
    row.querySelector('[data-day]').replaceChildren(day ? range(day) : '—');
  }
}

customElements.define('formula-doses', Doses);
