// Pages that find formulas: arrow keys between field and results, being offline, and questions to train on.
const KEY = 'tcmchain-formula-quiz';

function arrows(field) {
  const results = document.querySelector(field.dataset.into);
  const links = () => [...results.querySelectorAll('a.name')];
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' && links().length) {
      event.preventDefault();
      links()[0].focus();
    }
  });
  results.addEventListener('keydown', (event) => {
    const all = links();
    const at = all.indexOf(event.target);
    if (at < 0 || !['ArrowDown', 'ArrowUp'].includes(event.key)) return;
    event.preventDefault();
    (event.key === 'ArrowDown' ? all[Math.min(at + 1, all.length - 1)] : at ? all[at - 1] : field).focus();
  });
}

function offline(notice) {
  document.addEventListener('htmx:sendError', () => { notice.hidden = false; });
  document.addEventListener('htmx:responseError', () => { notice.hidden = false; });
  document.addEventListener('htmx:afterRequest', (event) => { if (event.detail.successful) notice.hidden = true; });
}

/** Answers given on this device, by formula; nothing of them leaves it. */
function given() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep(formula, answers) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...given(), [formula]: answers }));
  } catch { /* a browser that keeps nothing still trains */ }
}

class FormulaQuiz extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.querySelector('[data-words]').content.textContent);
    this.questions = [...this.querySelectorAll('.quiz > li')];
    const known = given()[this.dataset.formula] ?? {};
    this.answers = Object.fromEntries(Object.entries(known).filter(([at]) => this.questions[at]));
    this.questions.forEach((question, at) => question.addEventListener('change', (event) => {
      this.answers[at] ??= Number(event.target.value);
      keep(this.dataset.formula, this.answers);
      this.show();
    }));
    this.querySelector('[data-again]').addEventListener('click', () => {
      this.answers = {};
      keep(this.dataset.formula, {});
      this.show();
    });
    this.show();
  }

  show() {
    let right = 0;
    this.questions.forEach((question, at) => {
      const inputs = [...question.querySelectorAll('input')];
      const [chosen, answer] = [this.answers[at], Number(question.dataset.answer)];
      const done = inputs[chosen] !== undefined;
      inputs.forEach((input, choice) => {
        input.checked = done && choice === chosen;
        input.disabled = done;
        input.parentElement.classList.toggle('right', done && choice === answer);
        input.parentElement.classList.toggle('wrong', done && choice === chosen && choice !== answer);
      });
      const fine = done && chosen === answer;
      right += fine;
      const solution = inputs[answer].parentElement.textContent.trim();
      question.querySelector('.verdict').textContent = !done ? '' : fine ? this.words.right : `${this.words.wrong}${solution}`;
      question.querySelector('.source').hidden = !done;
    });
    const score = this.words.score.replace('{right}', right).replace('{all}', this.questions.length);
    this.querySelector('[data-score]').textContent = score;
  }
}

for (const field of document.querySelectorAll('[data-into]')) arrows(field);
for (const notice of document.querySelectorAll('[data-offline]')) offline(notice);
customElements.define('formula-quiz', FormulaQuiz);
