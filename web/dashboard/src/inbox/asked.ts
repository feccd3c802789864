/** What the list of the inbox is asked for, as it stands in the address. */
import type { Asked } from './calls';
import { type Conversation, type View, VIEWS } from './types';

export interface Search {
  readonly view?: View;
  readonly tag?: string;
  readonly assignee?: string;
  readonly q?: string;
}

export function readSearch(search: Record<string, unknown>): Search {
  const text = (name: string) => (typeof search[name] === 'string' && search[name] ? search[name] : undefined);
  return { view: VIEWS.find((one) => one === search.view), tag: text('tag'), assignee: text('assignee'), q: text('q') };
}

export const viewOf = (search: Search): View => search.view ?? 'open';

export const askedOf = (search: Search): Asked => ({ ...search, view: viewOf(search) });

/** Whether a conversation belongs to a list; null where only the server knows. */
export function belongs(one: Conversation, asked: Asked, me: string): boolean | null {
  if (asked.q) return null;
  if (asked.tag && !one.tags.includes(asked.tag)) return false;
  if (asked.assignee && one.assignee?.id !== asked.assignee) return false;
  if (asked.contact && one.contact.id !== asked.contact) return false;
  if (asked.view === 'all') return true;
  if (one.spam || asked.view === 'spam') return one.spam && asked.view === 'spam';
  switch (asked.view) {
    case 'open':
      return one.status === 'open';
    case 'mine':
      return one.status === 'open' && one.assignee?.id === me;
    case 'unassigned':
      return one.status === 'open' && one.assignee === null;
    case 'mentions':
      return null;
    default:
      return one.status === asked.view;
  }
}
