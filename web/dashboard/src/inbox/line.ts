/** What this tab hears of conversations, for every part of the inbox. */
import { useSyncExternalStore } from 'react';
import { queries } from '../api';
import { later } from '../live/later';
import { meQuery } from '../session/me';
import { type Frame, type Head, openSocket, type State } from './socket';
import type { Conversation, Kind, Message, Person } from './types';
import { rowsOf, type Loaded } from './rows';

export const INBOX = 'inbox';
export const COUNTS = [INBOX, 'counts'];
export const oneKey = (id: string) => [INBOX, 'one', id];

/** Whoever types says so again every few seconds. */
const TYPING_MS = 6_000;
const SAY_TYPING_MS = 3_000;
/** Without a socket the same is asked for. */
const ASKING_MS = 5_000;
const COUNTS_MS = 2_000;

export interface Typing {
  readonly by: 'contact' | Person;
  readonly kind: Kind;
}
interface Now {
  readonly state: State;
  /** Conversation -> who types in it. */
  readonly typing: ReadonlyMap<string, readonly Typing[]>;
  /** Conversation -> who else has it open. */
  readonly viewing: ReadonlyMap<string, readonly Person[]>;
  /** Conversation -> how far the contact has read, and how far it has arrived there, in their count. */
  readonly marks: ReadonlyMap<string, Marks>;
}
export interface Marks {
  readonly read: number;
  readonly received: number;
}

let now: Now = { state: 'waiting', typing: new Map(), viewing: new Map(), marks: new Map() };
const watchers = new Set<() => void>();
const become = (next: Partial<Now>): void => {
  now = { ...now, ...next };
  watchers.forEach((tell) => tell());
};
const watch = (tell: () => void) => {
  watchers.add(tell);
  return () => void watchers.delete(tell);
};
export const useInboxLine = (): Now => useSyncExternalStore(watch, () => now);

/** `before`: what was known of each. */
type HeadListener = (heads: readonly Conversation[], isOwn: boolean, before: readonly (Conversation | undefined)[]) => void;
const headListeners = new Set<HeadListener>();
const messageListeners = new Set<(id: string, message: Message) => void>();

/** Hear which conversations changed; what is returned ends it. */
export function onHeads(listen: HeadListener): () => void {
  headListeners.add(listen);
  return () => void headListeners.delete(listen);
}
/** Hear the messages of the thread that is open. */
export function onMessage(listen: (id: string, message: Message) => void): () => void {
  messageListeners.add(listen);
  return () => void messageListeners.delete(listen);
}

let say: ((frame: object) => void) | null = null;
let open: { id: string; after: () => number } | null = null;

/** Say which thread is open here; `after`: up to which message it is known. */
export function openThread(id: string | null, after: () => number = () => 0): void {
  open = id ? { id, after } : null;
  say?.({ t: 'open', c: id, after: after() });
}

let saidTyping = 0;
export function sayTyping(id: string, kind: Kind): void {
  if (Date.now() - saidTyping < SAY_TYPING_MS) return;
  saidTyping = Date.now();
  say?.({ t: 'typing', c: id, kind });
}

const me = (): string => queries.getQueryData(meQuery.queryKey)?.person.id ?? '';

/** What is known of a conversation here. */
export function known(id: string): Conversation | undefined {
  const one = queries.getQueryData<Conversation>(oneKey(id));
  if (one) return one;
  for (const [, loaded] of queries.getQueriesData<Loaded>({ queryKey: [INBOX, 'list'] })) {
    const row = rowsOf(loaded).find((row) => row.id === id);
    if (row) return row;
  }
  return recent.get(id);
}

/** The latest that were told of, also where no list shows them yet. */
const recent = new Map<string, Conversation>();
const RECENT = 100;
export const recently = (): readonly Conversation[] => [...recent.values()];

/** A conversation as all see it, with what is known of how far I have read. */
function completed(head: Head | Conversation): Conversation {
  if ('unread' in head) return head;
  const before = known(head.id);
  const read_seq = head.last_by?.id === me() ? head.last_seq : (before?.read_seq ?? 0);
  const isElse = head.last_by?.id !== me();
  const assigned = (before?.assigned ?? false) && isElse && head.assignee?.id === me();
  return { ...head, read_seq, unread: head.contact_seq > read_seq, mentioned: (before?.mentioned ?? false) && isElse, assigned };
}

/** Take in how conversations are now: told by the server, or done by whoever sits here (`isOwn`). */
export function learn(heads: readonly (Head | Conversation)[], isOwn = false): void {
  const before = heads.map((one) => known(one.id));
  const fresh = heads.map(completed);
  for (const one of fresh) queries.setQueryData<Conversation>(oneKey(one.id), (old) => (old ? { ...old, ...one } : old));
  for (const one of fresh) {
    recent.delete(one.id);
    recent.set(one.id, one);
  }
  for (const id of [...recent.keys()].slice(0, -RECENT)) recent.delete(id);
  headListeners.forEach((listen) => listen(fresh, isOwn, before));
}

/** Also in a tab that nobody looks at: the number stands in its title. */
export const recount = later(COUNTS_MS, () => queries.invalidateQueries({ queryKey: COUNTS }), true);

function took(id: string, typing: readonly Typing[]): void {
  const all = new Map(now.typing);
  if (typing.length) all.set(id, typing);
  else all.delete(id);
  become({ typing: all });
}

const nameOf = (by: 'contact' | Person): string => (by === 'contact' ? by : by.id);
const ends = new Map<string, ReturnType<typeof setTimeout>>();
const without = (id: string, by: 'contact' | Person): readonly Typing[] => (now.typing.get(id) ?? []).filter((one) => nameOf(one.by) !== nameOf(by));

function heardTyping(id: string, by: 'contact' | Person, kind: Kind): void {
  if (by !== 'contact' && by.id === me()) return;
  const key = `${id} ${nameOf(by)}`;
  clearTimeout(ends.get(key));
  ends.set(key, setTimeout(() => took(id, without(id, by)), TYPING_MS));
  took(id, [...without(id, by), { by, kind }]);
}

/** What may have been missed is asked for: also what happened after the first answers and before the first socket. */
function greeted(): void {
  if (open) say?.({ t: 'open', c: open.id, after: open.after() });
  void queries.invalidateQueries({ queryKey: [INBOX] });
}

/** Conversations that are gone, or that are another one now. */
export function lost(ids: readonly string[]): void {
  for (const id of ids) queries.removeQueries({ queryKey: oneKey(id), type: 'inactive' });
  void queries.invalidateQueries({ queryKey: [INBOX] });
}

function hear(frame: Frame): void {
  switch (frame.t) {
    case 'hello':
      return greeted();
    case 'message':
      took(frame.c, without(frame.c, frame.m.from === 'contact' ? 'contact' : (frame.m.by ?? 'contact')));
      return messageListeners.forEach((listen) => listen(frame.c, frame.m));
    case 'heads':
      learn(frame.changed);
      if (frame.gone?.length) lost(frame.gone);
      return recount();
    case 'read':
      return become({ marks: new Map([[frame.c, { read: frame.read, received: frame.received }]]) });
    case 'mine': {
      const before = known(frame.c);
      if (before) learn([{ ...before, read_seq: frame.seq, unread: before.contact_seq > frame.seq, mentioned: false, assigned: false }]);
      return recount();
    }
    case 'typing':
      return heardTyping(frame.c, frame.by, frame.kind ?? 'message');
    case 'viewing':
      return become({ viewing: new Map([[frame.c, frame.by.filter((one) => one.id !== me())]]) });
  }
}

/** Open the line of this tab; what is returned closes it. */
export function begin(): () => void {
  const close = openSocket({
    onFrame: hear,
    onSay: (next) => {
      say = next;
    },
    onState: (state) => {
      if (state !== now.state) become({ state });
    },
  });
  const timer = setInterval(() => {
    if (now.state === 'waiting' && !document.hidden) void queries.invalidateQueries({ queryKey: [INBOX] });
  }, ASKING_MS);
  return () => {
    clearInterval(timer);
    close();
    become({ state: 'waiting', typing: new Map(), viewing: new Map(), marks: new Map() });
  };
}
