/** The list a contact was opened from: the way back to it, and who stands before and after. */
import { type InfiniteData, InfiniteQueryObserver } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type Contact, queries } from '../api';
import { left } from './left';

type Pages = InfiniteData<{ readonly items: readonly Contact[]; readonly next: string | null }>;

export interface Neighbours {
  /** From 1; null where the contact is not in the list, or there is none. */
  readonly place: number | null;
  readonly loaded: number;
  readonly hasMore: boolean;
  readonly previous: string | null;
  readonly next: string | null;
}

/** Rows from the end of what is loaded at which the next page is asked for. */
const AHEAD = 5;
const NOBODY: Neighbours = { place: null, loaded: 0, hasMore: false, previous: null, next: null };

export function useNeighbours(id: string): Neighbours {
  const [observer] = useState(() => {
    const from = left();
    const list = from && queries.getQueryCache().find({ queryKey: from.key });
    // The list's own way of asking: this only keeps it, and asks for more of it at its end.
    return list ? new InfiniteQueryObserver(queries, { ...(list.options as object), queryKey: list.queryKey, enabled: false } as never) : null;
  });
  const [pages, put] = useState(() => observer?.getCurrentResult().data as Pages | undefined);
  useEffect(() => observer?.subscribe((result) => put(result.data as unknown as Pages | undefined)), [observer]);

  const rows = pages?.pages.flatMap((page) => page.items) ?? [];
  const at = rows.findIndex((row) => row.id === id);
  const hasMore = Boolean(pages?.pages.at(-1)?.next);
  const isNearEnd = at >= 0 && hasMore && at >= rows.length - AHEAD;
  useEffect(() => {
    if (isNearEnd) void observer?.fetchNextPage();
  }, [isNearEnd, observer, rows.length]);
  if (at < 0) return NOBODY;
  return { place: at + 1, loaded: rows.length, hasMore, previous: rows[at - 1]?.id ?? null, next: rows[at + 1]?.id ?? null };
}

/** Back to the list as it was left: its question and its place. Without one, all contacts. */
export function useWayBack(): { readonly href: string; readonly go: () => void } {
  const router = useRouter();
  const from = left();
  const go = () => {
    const steps = from ? from.index - router.latestLocation.state.__TSR_index : 0;
    if (steps < 0) router.history.go(steps);
    else router.history.push(from?.href ?? '/contacts');
  };
  return { href: from?.href ?? '/contacts', go };
}
