// Finding whom to grant to: by institution and its practitioners, by account, or by what somebody shows.
import * as doors from './doors.mjs';
import { button, el, field, icon, short, text } from './shell.mjs';

const ACCOUNT = /0x[0-9a-fA-F]{40}/;
const language = () => (document.documentElement.lang.startsWith('en') ? 'name_en' : 'name_zh');
export const nameOfMember = (member) => member?.profile?.[language()] || member?.profile?.name_zh || '';

/** What the chain knows of an account that shall read: its keys, its licence, the member it acts for. */
export async function readerOf(account) {
  const [reader, acting, licences] = await Promise.all([doors.reader(account), doors.actingFor(account), doors.licencesOf(account)]);
  const at = Math.floor(Date.now() / 1000);
  const licence = licences.find((one) => one.standing === 'Valid' && one.starts <= at && at <= one.not_after);
  return {
    account, readingKey: reader?.reading_key ?? null, inbox: reader?.inbox ?? null, licence: licence ?? null, suspended: licences.some((one) => one.standing === 'Suspended'),
    member: acting?.member.id ?? '', memberName: nameOfMember(acting?.member), memberNameZh: acting?.member?.profile?.name_zh ?? '', kind: acting?.member.kind ?? '', mayAct: acting?.may_act ?? false,
  };
}

/** A search that calls `chosen(grantee)`; `grantee` is what `readerOf` tells, with a name. */
export class GranteeSearch {
  constructor(chosen) {
    this.chosen = chosen;
    this.input = el('input', { type: 'search', autocomplete: 'off', placeholder: text('grantee-hint'), name: 'grantee' });
    this.results = el('ul', { class: 'people found', 'aria-live': 'polite' });
    this.input.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), 250);
    });
    this.node = el('div', { class: 'stack' }, el('div', { class: 'finder' }, field(text('grantee'), this.input, text('grantee-note'))), this.results);
  }

  async search() {
    const typed = this.input.value.trim();
    const account = typed.match(ACCOUNT)?.[0];
    if (account) return this.pick(account);
    if (typed.length < 1) return this.results.replaceChildren();
    const members = await doors.members(typed);
    if (this.input.value.trim() !== typed) return undefined;
    this.results.replaceChildren(...(members.length ? members.map((member) => this.memberRow(member)) : [el('li', { class: 'muted' }, text('nobody-found'))]));
    return undefined;
  }

  memberRow(member) {
    return el('li', {}, icon('users'), el('div', { class: 'grow' }, el('strong', {}, nameOfMember(member)), el('p', { class: 'muted tiny' }, text(`kind-${member.kind}`))),
      button(text('show-people'), () => this.people(member), { small: true }));
  }

  async people(member) {
    const { accounts } = await doors.member(member.id);
    const found = (await Promise.all(accounts.map(({ address }) => readerOf(address)))).filter((one) => one.readingKey);
    this.results.replaceChildren(el('li', {}, button(text('back'), () => this.search(), { mark: 'arrow-left', small: true }), el('strong', {}, nameOfMember(member))),
      ...(found.length ? found.map((one) => this.readerRow(one)) : [el('li', { class: 'muted' }, text('no-reader'))]));
  }

  readerRow(reader) {
    const tone = reader.licence ? 'ok' : reader.suspended ? 'bad' : '';
    const says = reader.licence ? text('licensed') : reader.suspended ? text('licence-suspended') : text('institution-account');
    return el('li', {}, icon(reader.licence ? 'stethoscope' : 'user'), el('div', { class: 'grow' }, el('strong', { class: 'hash' }, short(reader.account)), ' ', el('span', { class: `pill ${tone}` }, says)),
      button(text('choose'), () => this.chosen(reader), { small: true, ghost: false }));
  }

  async pick(account) {
    const reader = await readerOf(account);
    if (reader.readingKey) this.results.replaceChildren(this.readerRow(reader));
    else this.results.replaceChildren(el('li', { class: 'muted' }, text('no-keys')));
  }
}
