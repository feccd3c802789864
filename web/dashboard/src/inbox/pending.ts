/** Messages on their way: shown at once, sent one after the other, kept until the server has them. */
import { useSyncExternalStore } from 'react';
import { Problem } from '../api';
import * as calls from './calls';
import { took } from './thread';
import type { Attached, Kind } from './types';

export interface Pending {
  readonly cid: string;
  readonly conversation: string;
  readonly text: string;
  readonly kind: Kind;
  readonly files: readonly Attached[];
  readonly mentions: readonly string[];
  readonly at: number;
  /** Why the server did not take it; null while it is on its way. */
  readonly refusal: string | null;
}

const NONE: readonly Pending[] = [];
const RETRY_MS = 3_000;
let all: readonly Pending[] = NONE;
const byConversation = new Map<string, readonly Pending[]>();
const watchers = new Set<() => void>();
const busy = new Set<string>();
const after = new Map<string, () => void>();

function become(next: readonly Pending[]): void {
  const before = all;
  all = next;
  for (const id of new Set([...before, ...next].map((one) => one.conversation))) {
    const here = next.filter((one) => one.conversation === id);
    if (here.length) byConversation.set(id, here);
    else byConversation.delete(id);
  }
  watchers.forEach((tell) => tell());
}
const watch = (tell: () => void) => {
  watchers.add(tell);
  return () => void watchers.delete(tell);
};

export const usePending = (conversation: string): readonly Pending[] => useSyncExternalStore(watch, () => byConversation.get(conversation) ?? NONE);

const put = (cid: string, change: Partial<Pending>) => become(all.map((one) => (one.cid === cid ? { ...one, ...change } : one)));
export function drop(cid: string): void {
  after.delete(cid);
  become(all.filter((one) => one.cid !== cid));
}
/** Nothing of it stays after signing out. */
export const dropAll = (): void => become(NONE);

/** `then` is done once the server has it. */
export function send(message: Omit<Pending, 'cid' | 'at' | 'refusal'>, then?: () => void): void {
  const cid = crypto.randomUUID();
  if (then) after.set(cid, then);
  become([...all, { ...message, cid, at: Date.now() / 1000, refusal: null }]);
  void work(message.conversation);
}

export function again(cid: string): void {
  put(cid, { refusal: null });
  const one = all.find((one) => one.cid === cid);
  if (one) void work(one.conversation);
}

/** Sends what waits in a conversation, in its order: a refused one holds up none that follow. */
async function work(conversation: string): Promise<void> {
  if (busy.has(conversation)) return;
  busy.add(conversation);
  try {
    for (;;) {
      const next = all.find((one) => one.conversation === conversation && one.refusal === null);
      if (!next) return;
      try {
        const file_ids = next.files.map((file) => file.id);
        const { cid, text, kind, mentions } = next;
        took(conversation, await calls.say(conversation, { cid, text, kind, file_ids, mentions: [...mentions] }));
        const then = after.get(cid);
        drop(cid);
        then?.();
      } catch (error) {
        if (error instanceof Problem && error.status < 500 && error.status !== 429) put(next.cid, { refusal: error.message });
        else await online();
      }
    }
  } finally {
    busy.delete(conversation);
  }
}

/** Until it is worth another try. */
function online(): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      done();
    };
    const timer = setTimeout(end, RETRY_MS);
    addEventListener('online', end);
  });
}

addEventListener('beforeunload', (event) => {
  if (all.length) event.preventDefault();
});
