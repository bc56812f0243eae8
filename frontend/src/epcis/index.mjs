// The pages of EPCIS: a document handed in from its file, and a job that is followed until it is finished.
const PAUSE = 1000;

class EpcisCapture extends HTMLElement {
  connectedCallback() {
    this.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#handIn(event.target);
    });
  }

  async #handIn(form) {
    const [button, trouble] = [form.querySelector('button'), form.querySelector('.trouble')];
    button.disabled = true;
    trouble.textContent = '';
    try {
      const answer = await fetch('/epcis/capture', {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json', 'gs1-capture-error-behaviour': form.elements.behaviour.value },
        body: form.elements.file.files[0],
      });
      if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.detail ?? `HTTP ${answer.status}`);
      location.assign(`/epcis/show/jobs/${answer.headers.get('location').split('/').pop()}`);
    } catch (error) {
      trouble.textContent = error.message;
      button.disabled = false;
    }
  }
}

customElements.define('epcis-capture', EpcisCapture);
if (document.querySelector('[data-job-running]')) setTimeout(() => location.reload(), PAUSE);
