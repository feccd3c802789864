/** The list that was left for a contact. Small, since it must be there before the contact's screen. */
import type { Query, QueryKey } from '@tanstack/react-query';
import { queries } from '../api';

interface Left {
  /** The query that holds its pages. */
  readonly key: QueryKey;
  readonly href: string;
  /** Its place in the browser's history. */
  readonly index: number;
}

interface Place {
  readonly pathname: string;
  readonly href: string;
  readonly state: { readonly __TSR_index: number };
}

let last: Left | null = null;
export const left = (): Left | null => last;

const isList = ({ state }: Query): boolean => Array.isArray((state.data as { pages?: { items?: unknown }[] } | undefined)?.pages?.[0]?.items);

/** Called before each step elsewhere, while the list is still on the screen. */
export function note(from: Place | undefined): void {
  if (from?.pathname !== '/contacts') return;
  const list = queries.getQueryCache().findAll({ queryKey: ['contacts'], type: 'active' }).find(isList);
  if (list) last = { key: list.queryKey, href: from.href, index: from.state.__TSR_index };
}
