/** What becomes of a loaded list when contacts change: rows are changed where they stand, and who is
 * new waits. Nothing moves under the hand of whoever reads. */
import { type InfiniteData, replaceEqualDeep } from '@tanstack/react-query';
import type { Contact } from '../api';
import type { News } from './connection';

export interface Page {
  readonly items: readonly Contact[];
  readonly next: string | null;
}
export type Loaded = InfiniteData<Page, string | null>;
/** Why a row is not part of the list any more: it stays where it is until the list is asked anew. */
export type Left = 'deleted' | 'merged' | 'unmatched';
export type Row = Contact & { readonly left?: Left };

/** A request names no more contacts. */
export const MOST = 200;

/** What has to be asked for, after the news so far. */
export class Open {
  /** Loaded rows whose values are out of date. */
  readonly dirty = new Set<string>();
  /** Contacts that may belong to what is loaded. */
  readonly unknown = new Set<string>();
  /** Contacts that do. */
  readonly newcomers = new Set<string>();
  readonly left = new Map<string, Left>();
  /** Whether more changed than was told. */
  anew = false;
  /** Whether more are new than were counted. */
  more = false;
  /** Whether it may be another number of contacts now. */
  recount = false;

  /** `isAsked`: whether the list has a filter or words, so that not everybody belongs to it. */
  hear(news: News, loaded: ReadonlySet<string>, isAsked: boolean): void {
    this.anew ||= news.anew;
    this.recount ||= isAsked || news.anew || news.made.length + news.gone.length + news.merged.length > 0;
    for (const id of [...news.made, ...news.seen]) {
      if (loaded.has(id)) this.dirty.add(id);
      else if (isAsked) this.wonder(id);
      else this.newcomers.add(id);
      this.left.delete(id);
    }
    for (const id of news.changed) {
      if (loaded.has(id)) this.dirty.add(id);
      else if (isAsked) this.wonder(id);
    }
    for (const id of news.gone) this.lose(id, 'deleted', loaded);
    for (const { gone } of news.merged) this.lose(gone, 'merged', loaded);
  }

  private wonder(id: string): void {
    if (this.newcomers.has(id)) return;
    if (this.unknown.size < MOST) this.unknown.add(id);
    else this.more = true;
  }

  private lose(id: string, left: Left, loaded: ReadonlySet<string>): void {
    for (const set of [this.dirty, this.unknown, this.newcomers]) set.delete(id);
    if (loaded.has(id)) this.left.set(id, left);
  }

  /** The next contacts to ask about; they count as asked. */
  take(): string[] {
    const ids = [...this.dirty, ...this.unknown].slice(0, MOST);
    for (const id of ids) {
      this.dirty.delete(id);
      this.unknown.delete(id);
    }
    return ids;
  }

  /** Take in who answers the list's question among those who were asked for. */
  answered(found: readonly Contact[], loaded: Loaded): void {
    const ids = idsOf(loaded);
    for (const contact of found) if (!ids.has(contact.id) && stands(contact, loaded)) this.newcomers.add(contact.id);
  }
}

const known = new WeakMap<Loaded, ReadonlySet<string>>();

/** The ids of the loaded rows. Kept: news comes far more often than the list changes. */
export function idsOf(loaded: Loaded | undefined): ReadonlySet<string> {
  if (!loaded) return new Set();
  let ids = known.get(loaded);
  if (!ids) known.set(loaded, (ids = new Set(loaded.pages.flatMap((page) => page.items.map((row) => row.id)))));
  return ids;
}

/** The list with these rows changed; pages without a change stay the same object. */
export function patched(loaded: Loaded, changes: ReadonlyMap<string, Partial<Row>>): Loaded {
  if (changes.size === 0) return loaded;
  const pages = loaded.pages.map((page) =>
    page.items.some((row) => changes.has(row.id))
      ? { ...page, items: page.items.map((row) => changed(row, changes.get(row.id))) }
      : page,
  );
  return { ...loaded, pages };
}

/** A row that turns out to be as it was stays the same object, and is not drawn anew. */
function changed(row: Row, change: Partial<Row> | undefined): Row {
  if (!change) return row;
  const { left, ...rest } = { ...row, ...change };
  return replaceEqualDeep(row, left ? { ...rest, left } : rest);
}

/** What an answer says of the rows it was asked about. */
export function changesOf(asked: readonly string[], found: readonly Contact[], loaded: ReadonlySet<string>): Map<string, Partial<Row>> {
  const changes = new Map<string, Partial<Row>>(asked.filter((id) => loaded.has(id)).map((id) => [id, { left: 'unmatched' }]));
  for (const contact of found) if (loaded.has(contact.id)) changes.set(contact.id, { ...contact, left: undefined });
  return changes;
}

/** Whether the contact has its place among the loaded rows, not behind them. */
function stands(contact: Contact, loaded: Loaded): boolean {
  const last = loaded.pages.at(-1);
  const end = last?.items.at(-1);
  return !last?.next || !end || seen(contact) >= seen(end);
}

const seen = (contact: Contact): number => contact.last_seen_at ?? contact.first_seen_at ?? 0;
