// <row-list prefix="lines">: a table of a form whose rows come and go; names stay numbered without gaps.
class RowList extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector('[data-rows]');
    this.addEventListener('click', (event) => {
      if (event.target.closest('[data-add]')) this.add();
      const remove = event.target.closest('[data-remove]');
      if (remove && this.rows.children.length > 1) {
        remove.closest('.row').remove();
        this.number();
      }
    });
  }

  add() {
    const row = this.querySelector('template').content.firstElementChild.cloneNode(true);
    this.rows.append(row);
    this.number();
    row.querySelector('input, select').focus();
  }

  number() {
    const prefix = this.getAttribute('prefix').replaceAll('.', '\\.');
    const pattern = new RegExp(`^${prefix}\\.(\\d+|#)\\.`);
    [...this.rows.children].forEach((row, at) => {
      row.querySelectorAll('[name]').forEach((field) => {
        field.name = field.name.replace(pattern, `${this.getAttribute('prefix')}.${at}.`);
      });
    });
  }
}

customElements.define('row-list', RowList);
