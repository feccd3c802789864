/** Keeps whom conversations are with true: a name that was given, a merge, who is here. */
import { Problem, queries } from '../api';
import { later } from '../live/later';
import { onNews } from '../live/line';
import * as calls from './calls';
import { INBOX, learn, lost, recently, recount } from './line';
import { type Loaded, rowsOf } from './rows';
import type { Conversation } from './types';

const EVERY_MS = 1_000;
/** More than this are not asked for one by one: the lists are asked anew. */
const MOST = 12;
const ONLINE_SECONDS = 300;

/** Contact -> when it was last known to be here, UNIX seconds. */
const seen = new Map<string, number>();

/** `now`: UNIX seconds. Whoever was here when they were loaded stays so for five minutes. */
export function isHere(contact: { readonly id: string; readonly online: boolean }, now: number): boolean {
  const at = seen.get(contact.id);
  if (at !== undefined) return now - at < ONLINE_SECONDS;
  if (contact.online) seen.set(contact.id, now);
  return contact.online;
}

function loaded(): Conversation[] {
  const all = new Map(recently().map((one) => [one.id, one]));
  for (const [, list] of queries.getQueriesData<Loaded>({ queryKey: [INBOX, 'list'], type: 'active' })) rowsOf(list).forEach((row) => all.set(row.id, row));
  for (const [, one] of queries.getQueriesData<Conversation>({ queryKey: [INBOX, 'one'], type: 'active' })) if (one) all.set(one.id, one);
  return [...all.values()];
}

const isGone = (asked: PromiseSettledResult<unknown> | undefined): boolean => asked?.status === 'rejected' && asked.reason instanceof Problem && asked.reason.status === 404;

/** What is returned ends it. */
export function begin(): () => void {
  let dirty = new Set<string>();
  const renew = later(EVERY_MS, async () => {
    const contacts = dirty;
    dirty = new Set();
    const ids = loaded().filter((one) => contacts.has(one.contact.id)).map((one) => one.id);
    if (ids.length > MOST) await queries.invalidateQueries({ queryKey: [INBOX] });
    else {
      const found = await Promise.allSettled(ids.map(calls.one));
      learn(found.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
      const gone = ids.filter((_, index) => isGone(found[index]));
      if (gone.length) lost(gone);
    }
  });
  return onNews((news) => {
    const now = Date.now() / 1000;
    for (const id of [...news.seen, ...news.made]) seen.set(id, now);
    for (const id of [...news.changed, ...news.gone, ...news.merged.map(({ gone }) => gone)]) dirty.add(id);
    // Who is erased takes their conversations along.
    if (news.gone.length) recount();
    if (news.anew) void queries.invalidateQueries({ queryKey: [INBOX] });
    else if (loaded().some((one) => dirty.has(one.contact.id))) renew();
    else dirty.clear();
  });
}
