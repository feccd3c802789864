/** What becomes of a loaded list when conversations change. While somebody points at it, rows change
 * where they stand and the others wait; else they go where they belong. */
import type { InfiniteData } from '@tanstack/react-query';
import type { Conversation, ListPage } from './types';

export type Loaded = InfiniteData<ListPage, string | null>;
/** `left`: it belongs to the list no more, and stands there until the list may move. */
export type Row = Conversation & { readonly left?: boolean };

export const rowsOf = (loaded: Pick<Loaded, 'pages'> | undefined): Row[] => loaded?.pages.flatMap((page) => page.conversations as Row[]) ?? [];

/** Newest first; by id where two are as new. */
const order = (a: Conversation, b: Conversation): number => b.last_at - a.last_at || (a.id < b.id ? 1 : -1);

/** The list with these rows changed where they stand; pages without a change stay the same object. */
export function patched(loaded: Loaded, changes: ReadonlyMap<string, Partial<Row>>): Loaded {
  if (changes.size === 0) return loaded;
  const pages = loaded.pages.map((page) =>
    page.conversations.some((row) => changes.has(row.id))
      ? { ...page, conversations: page.conversations.map((row) => (changes.has(row.id) ? { ...row, ...changes.get(row.id) } : row)) }
      : page,
  );
  return { ...loaded, pages };
}

/** The list with newcomers in their place, the moved ones moved, and those that left taken out.
 *
 * A conversation that is older than all that is loaded stays out of it: it comes with its page. */
export function settled(loaded: Loaded, came: readonly Conversation[], isOut: (row: Row) => boolean): Loaded {
  const rows = new Map(rowsOf(loaded).map((row) => [row.id, row]));
  const last = loaded.pages.at(-1);
  const oldest = last?.next_cursor ? rowsOf(loaded).at(-1) : undefined;
  for (const one of came) {
    if (oldest && !rows.has(one.id) && order(one, oldest) > 0) continue;
    rows.set(one.id, { ...rows.get(one.id), ...one, left: false });
  }
  const sorted = [...rows.values()].filter((row) => !isOut(row)).sort(order);
  let from = 0;
  const pages = loaded.pages.map((page, index) => {
    const isLast = index === loaded.pages.length - 1;
    const to = isLast ? sorted.length : from + page.conversations.length;
    const conversations = sorted.slice(from, to);
    from = to;
    return { ...page, conversations };
  });
  return { ...loaded, pages };
}
