/** What this tab hears, for every screen: who listens is told, and what is shown of one contact is
 * asked for again when that contact changed. */
import { useSyncExternalStore } from 'react';
import { Problem, queries } from '../api';
import { type News, openLine, type State } from './connection';
import { later } from './later';

export interface Now {
  readonly state: State;
  /** Contacts seen in the last five minutes; null where that is not kept, or not known yet. */
  readonly online: number | null;
  readonly moreOnline: boolean;
}

let now: Now = { state: 'waiting', online: null, moreOnline: false };
const watchers = new Set<() => void>();
const listeners = new Set<(news: News) => void>();

function become(next: Partial<Now>): void {
  if (Object.entries(next).every(([name, value]) => now[name as keyof Now] === value)) return;
  now = { ...now, ...next };
  watchers.forEach((watch) => watch());
}

const watch = (tell: () => void) => {
  watchers.add(tell);
  return () => void watchers.delete(tell);
};

/** How the line is, and who is online. */
export const useLine = (): Now => useSyncExternalStore(watch, () => now);

/** Hear what happens; what is returned ends it. */
export function onNews(listener: (news: News) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Contacts whose cached page is out of date; null for all of them. */
let stale: Set<string> | null = new Set();

const renew = later(1_000, async () => {
  const ids = stale;
  stale = new Set();
  const isStale = ([kind, id]: readonly unknown[]) =>
    kind === 'tags' ? ids === null : (kind === 'contact' || kind === 'merges') && (ids === null || ids.has(id as string));
  await queries.invalidateQueries({ predicate: ({ queryKey }) => isStale(queryKey) });
});

function hear(news: News): void {
  become({ state: 'live', online: news.online, moreOnline: news.more_online });
  const touched = [...news.made, ...news.seen, ...news.changed, ...news.gone, ...news.merged.flatMap(({ gone, kept }) => [gone, kept])];
  if (news.anew) stale = null;
  else touched.forEach((id) => stale?.add(id));
  if (news.anew || touched.length) {
    renew();
    listeners.forEach((listen) => listen(news));
  }
}

/** What the server did not answer while it was away. */
function askAgain(): void {
  void queries.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' && !(state.error instanceof Problem && state.error.status < 500) });
}

/** Open the line of this tab; what is returned closes it. */
export function begin(): () => void {
  let wasLive = false;
  const onState = (state: State) => {
    const isBack = wasLive && state === 'live' && now.state === 'waiting';
    wasLive ||= state === 'live';
    become({ state });
    if (isBack) askAgain();
  };
  become({ state: 'waiting', online: null, moreOnline: false });
  return openLine({ onNews: hear, onState });
}
