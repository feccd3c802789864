/** The first rows of the list as `contacts/table.tsx` shows them a moment later, made without what
 * that needs: people read them while the scripts are on their way. They are links, and no more. */
import type { Contact } from '../../../client/src';
import { chosen, type Density, gridOf, type Head, heads, ROW_PX, USUAL } from '../contacts/heads';
import screen from '../contacts/screen.module.css';
import table from '../contacts/table.module.css';
import filters from '../contacts/filters.module.css';
import shell from '../shell/shell.module.css';
import initialsOf from '../show/initials.module.css';
import kindOf from '../show/kind.module.css';
import { colourOf, initials } from '../show/letters';
import { relative } from '../show/moments';
import { place } from '../show/place';
import { isUnknown, plain, withoutHost } from '../show/plain';
import writtenOf from '../show/written.module.css';
import early from './early.module.css';
import type { Given } from './given';
import { type Child, make } from './make';
import type { Words } from './words';

const SIDE_LINES = 8;

/** What somebody chose in this browser, as `contacts/kept.ts` keeps it. */
function kept<T>(name: string, usual: T): T {
  try {
    return JSON.parse(localStorage.getItem(`openbook.${name}`) ?? 'null') ?? usual;
  } catch {
    return usual;
  }
}

export function list({ fields = [], contacts }: Given, language: string, words: Words): HTMLElement {
  const { items = [], next = null } = contacts ?? {};
  const columns = chosen(heads(fields), kept('columns', USUAL), kept('widths', {}));
  const height = ROW_PX[kept<Density>('density', 'comfortable')];
  const { template, width } = gridOf(columns);
  const rows = items.slice(0, Math.ceil(innerHeight / height)).map((contact, index) => {
    const cells = columns.map((column, at) => {
      const told = cell(column, contact, language, words);
      const inside = at === 0 ? [make('a', { href: `/contacts/${contact.id}`, class: table.link, tabIndex: index === 0 ? 0 : -1 }, told)] : told;
      return make('div', { role: 'cell', class: table.cell }, inside);
    });
    const label = words.pick.one.replace('{{name}}', () => contact.display_name);
    const pick = make('div', { role: 'cell', class: table.pick }, [make('input', { tabIndex: -1, 'aria-label': label, type: 'checkbox' })]);
    const style = { transform: `translateY(${index * height}px)`, height: `${height}px`, gridTemplateColumns: template };
    return make('div', { role: 'row', class: table.row, 'aria-rowindex': index + 2, style }, [pick, ...cells]);
  });
  const top = make('div', { role: 'row', class: table.head, 'aria-rowindex': 1, style: { gridTemplateColumns: template, minWidth: `${width}px` } }, [
    make('div', { role: 'columnheader', class: table.pick }, [make('input', { type: 'checkbox', 'aria-label': words.pick.all })]),
    ...columns.map((column) => make('div', { role: 'columnheader', class: table.cell }, [titled(column, words)])),
  ]);
  const all = items.length + (next === null ? 0 : 1);
  const body = make('div', { role: 'table', class: table.body, 'aria-label': words.contacts.title, 'aria-busy': 'true', tabIndex: 0 }, [
    top,
    make('div', { role: 'rowgroup', class: table.rows, style: { height: `${all * height}px`, minWidth: `${width}px` } }, rows),
  ]);
  return frame(make('main', { class: screen.screen }, [head(words), make('div', { class: filters.bar }), body]));
}

const titled = ({ label, field }: Head, { column }: Words): string => (field ? label : (column[label.slice('column.'.length) as keyof typeof column] ?? label));

function cell({ id, field }: Head, contact: Contact, language: string, words: Words): Child[] {
  if (id === 'contact') return [who(contact, words)];
  if (id === 'place') return [place(contact) || unknown('city', words)];
  if (id === 'tags') return contact.tags.length ? [] : [unknown('tags', words)]; // theirs come with the rest
  const value: unknown = id === 'seen' ? contact.last_seen_at : contact[id as keyof Contact];
  if (isUnknown(value)) return [unknown(id === 'seen' ? 'last_seen_at' : id, words)];
  if (id === 'seen' || field?.type === 'time') {
    const at = value as number;
    return [make('time', { datetime: new Date(at * 1000).toISOString(), 'data-at-moment': at }, [relative(at, Date.now() / 1000, language, words.time.justNow)])];
  }
  if (field?.type === 'url') return [make('span', { 'data-tip': String(value) }, [withoutHost(String(value))])];
  return [field ? plain(field, value, language, (one) => (words.value as Record<string, string>)[one]) : ''];
}

function who({ id, display_name, kind, spam }: Contact, words: Words): HTMLElement {
  const style = { width: '24px', height: '24px', fontSize: '10px', background: colourOf(id) };
  return make('span', { class: table.who }, [
    make('span', { class: initialsOf.mark, 'aria-hidden': 'true', style }, [initials(display_name)]),
    make('span', { class: table.name }, [display_name]),
    ...(kind === 'visitor' ? [] : [make('span', { class: kindOf.mark }, [words.kind[kind]])]),
    ...(spam ? [make('span', { class: kindOf.mark, 'data-spam': 'true' }, [words.contacts.spam])] : []),
  ]);
}

function unknown(field: string, words: Words): HTMLElement {
  const reasons: Record<string, string> = words.unknown;
  const reason = reasons[field] ?? words.unknown.any;
  return make('span', { class: writtenOf.unknown, role: 'img', 'aria-label': reason, 'data-tip': reason }, ['—']);
}

/** As tall as the head of the list is. */
function head(words: Words): HTMLElement {
  const waiting = (name: string | undefined) => make('div', { class: `${early.waiting} ${name}` });
  return make('div', { class: `${screen.head} ${early.head}` }, [
    make('h1', { class: early.title }, [words.contacts.title]),
    waiting(early.count),
    make('div', { class: `${screen.tools} ${early.tools}` }, [waiting(early.search), waiting(early.buttons)]),
  ]);
}

function frame(main: HTMLElement): HTMLElement {
  const lines = Array.from({ length: SIDE_LINES }, () => make('div', { class: shell.place }, [make('div', { class: `${early.waiting} ${early.line}` })]));
  const side = matchMedia('(max-width: 48em)').matches ? make('div', { class: shell.bar }) : make('div', { class: shell.side }, lines);
  return make('div', { class: early.early }, [make('div', { class: shell.frame }, [side, make('div', { class: shell.screen }, [main])])]);
}
