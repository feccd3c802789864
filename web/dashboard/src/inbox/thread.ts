/** The messages of one conversation that are loaded here: a stretch without a gap, never all of it. */
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api';
import * as calls from './calls';
import { INBOX } from './line';
import type { Message } from './types';

export interface Thread {
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  /** Whether there are newer ones than the loaded ones: only after going far back. */
  readonly hasNewer: boolean;
}

/** More than this are not kept: the far end is let go of. */
const MOST = 300;
/** Pages that are caught up with; after a longer absence the newest page is enough. */
const CATCH_UP = 4;

export const threadKey = (id: string) => [INBOX, 'thread', id];
export const loadedOf = (id: string): Thread | undefined => queries.getQueryData<Thread>(threadKey(id));
export const lastSeq = (id: string): number => loadedOf(id)?.messages.at(-1)?.seq ?? 0;

/** Both together in order, each once. */
export function joined(old: readonly Message[], more: readonly Message[]): readonly Message[] {
  const last = old.at(-1)?.seq ?? 0;
  const isNext = more.every(({ seq }, index) => seq === last + 1 + index);
  if (isNext) return [...old, ...more];
  const all = new Map([...old, ...more].map((one) => [one.seq, one]));
  return [...all.values()].sort((a, b) => a.seq - b.seq);
}

async function load(id: string, signal: AbortSignal): Promise<Thread> {
  const old = loadedOf(id);
  if (old?.hasNewer) return old;
  if (old?.messages.length) {
    let messages = old.messages;
    for (let page = 0; page < CATCH_UP; page++) {
      const next = await calls.messages(id, { after: messages.at(-1)?.seq ?? 0 }, signal);
      messages = joined(messages, next.messages);
      // What came by the socket meanwhile stays.
      if (!next.more) return cut({ ...old, messages: joined(messages, loadedOf(id)?.messages ?? []) });
    }
  }
  return newest(id, signal);
}

async function newest(id: string, signal?: AbortSignal): Promise<Thread> {
  const { messages, more } = await calls.messages(id, {}, signal);
  return { messages, hasOlder: more, hasNewer: false };
}

const cut = (thread: Thread): Thread =>
  thread.messages.length > MOST ? { ...thread, messages: thread.messages.slice(-MOST), hasOlder: true } : thread;

export const useThread = (id: string) =>
  useQuery({
    queryKey: threadKey(id),
    queryFn: ({ signal }) => load(id, signal),
    staleTime: 0,
    refetchOnWindowFocus: true,
  });

/** Take in a message; where some before it are missing, they are asked for. */
export function took(id: string, message: Message): void {
  const old = loadedOf(id);
  if (!old || old.hasNewer) return;
  const last = old.messages.at(-1)?.seq ?? 0;
  if (message.seq > last + 1) void queries.invalidateQueries({ queryKey: threadKey(id) });
  else queries.setQueryData<Thread>(threadKey(id), cut({ ...old, messages: joined(old.messages, [message]) }));
}

/** The page before what is loaded. */
export async function older(id: string): Promise<void> {
  const first = loadedOf(id)?.messages[0]?.seq;
  if (first === undefined) return;
  const { messages, more } = await calls.messages(id, { before: first });
  queries.setQueryData<Thread>(threadKey(id), (old) => {
    if (!old || old.messages[0]?.seq !== first) return old;
    const all = [...messages, ...old.messages];
    return { messages: all.slice(0, MOST), hasOlder: more, hasNewer: old.hasNewer || all.length > MOST };
  });
}

/** The newest page in place of the loaded stretch. */
export async function toNewest(id: string): Promise<void> {
  queries.setQueryData<Thread>(threadKey(id), await newest(id));
}

/** The page after what is loaded, where the newer ones were let go of. */
export async function newer(id: string): Promise<void> {
  const last = loadedOf(id)?.messages.at(-1)?.seq;
  if (last === undefined) return;
  const { messages, more } = await calls.messages(id, { after: last });
  queries.setQueryData<Thread>(threadKey(id), (old) => {
    if (!old || old.messages.at(-1)?.seq !== last) return old;
    return { ...cut({ ...old, messages: joined(old.messages, messages) }), hasNewer: more };
  });
}
