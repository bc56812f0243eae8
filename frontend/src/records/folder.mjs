// The person's folders as one timeline: opened here, page by page, newest first.
import { openVersion } from '../vault/opening.mjs';
import { timeline } from './doors.mjs';

const MANY = 200;

export class Folder {
  #next;

  constructor(relations) {
    this.relations = relations;
    this.#next = new Map(relations.map((relation) => [relation, undefined]));
    this.items = [];
    this.shut = 0;
  }

  /** Whether there is more to fetch. */
  get more() {
    return this.#next.size > 0;
  }

  /** Fetch and open the next page of every folder. */
  async page(limit) {
    const pages = await Promise.all([...this.#next].map(([relation, before]) => this.#pageOf(relation, before, limit)));
    this.items.push(...pages.flat());
    this.items.sort((a, b) => (a.when < b.when ? 1 : -1));
  }

  async #pageOf(relation, before, limit) {
    const { rows, before: next } = await timeline(relation, before, limit);
    if (next) this.#next.set(relation, next);
    else this.#next.delete(relation);
    // Earlier versions stand behind the newest, on the page of the file; an erased file has one line.
    const shown = rows.filter((row) => row.newest || (row.state === 'erased' && row.version === 1));
    return Promise.all(shown.map((row) => this.#open(relation, row)));
  }

  // What does not open is shown all the same: as locked, as erased, or as not what the chain says.
  async #open(relation, row) {
    const at = new Date(row.at * 1000).toISOString();
    if (row.state !== 'sealed') return { relation, row, when: at, state: row.state };
    try {
      const opened = await openVersion(relation, row);
      return { ...opened, when: sortable(opened.facts.happened), state: 'open' };
    } catch (error) {
      this.shut += 1;
      return { relation, row, when: at, state: error.code === 'lock-shut' ? 'shut' : 'broken', why: error.message };
    }
  }

  /** Fetch on until the end; `told` after every page, and stops when it answers false. */
  async all(told = () => true) {
    while (this.more) {
      await this.page(MANY);
      if (told(this) === false) return;
    }
  }

  /** What fits a question: type, relation number, first and last day, words. */
  fitting({ type = '', relation = '', from = '', to = '', words = '' }) {
    const sought = words.trim().toLowerCase().split(/\s+/).filter(Boolean);
    return this.items.filter((item) => (!type || item.facts?.type === type)
      && (!relation || String(item.relation.number) === relation)
      && (!from || day(item.when) >= from) && (!to || day(item.when) <= to)
      && sought.every((word) => text(item).includes(word)));
  }
}

const OFFSET = 8 * 3_600_000;
const day = (iso) => new Date(new Date(iso).valueOf() + OFFSET).toISOString().slice(0, 10);

function sortable(happened) {
  const at = new Date(happened);
  return Number.isNaN(at.valueOf()) ? '' : at.toISOString();
}

function text(item) {
  if (!item.facts) return '';
  item.text ??= [item.facts.title, item.facts.author.name, item.relation.called, ...values(item.facts.summary)].join(' ').toLowerCase();
  return item.text;
}

const values = (found) => (found && typeof found === 'object' ? Object.values(found).flatMap(values) : [String(found ?? '')]);
