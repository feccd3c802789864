/** The inbox's socket, kept open: what happens in conversations as it happens. */
import { Problem } from '../api';
import { listen, pause } from '../live/socket';
import type { Conversation, Kind, Message, Person } from './types';

export type Frame =
  | { readonly t: 'hello' }
  | { readonly t: 'message'; readonly c: string; readonly m: Message }
  | { readonly t: 'heads'; readonly changed: readonly Head[]; readonly gone?: readonly string[] }
  | { readonly t: 'read'; readonly c: string; readonly read: number; readonly received: number }
  | { readonly t: 'mine'; readonly c: string; readonly seq: number }
  | { readonly t: 'typing'; readonly c: string; readonly by: 'contact' | Person; readonly kind?: Kind }
  | { readonly t: 'viewing'; readonly c: string; readonly by: readonly Person[] }
  | { readonly t: 'ping' }
  | { readonly t: 'over' };
/** A conversation as all of the team see it: without how far I have read. */
export type Head = Omit<Conversation, 'unread' | 'mentioned' | 'assigned' | 'read_seq'>;

export type State = 'waiting' | 'live' | 'off';
export interface Hearing {
  onFrame(frame: Frame): void;
  onState(state: State): void;
  /** The way to say something on the socket that is open now. */
  onSay(say: ((frame: object) => void) | null): void;
}

const PROTOCOL = 'openbook.inbox.1';
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SILENT_MS = 60_000;

/** Open the line and keep it open; what is returned closes it. */
export function openSocket(hearing: Hearing, chance: () => number = Math.random): () => void {
  const closing = new AbortController();
  void keep(hearing, closing.signal, chance);
  return () => closing.abort();
}

async function keep(hearing: Hearing, closed: AbortSignal, chance: () => number): Promise<void> {
  let wait = FIRST_WAIT_MS;
  while (!closed.aborted) {
    try {
      if (await listenFor(hearing, closed)) wait = FIRST_WAIT_MS;
    } catch (error) {
      // Who is signed out hears nothing more; where there are no sockets, the same is asked for.
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) {
        hearing.onState(error.status === 401 ? 'off' : 'waiting');
        return;
      }
    }
    if (closed.aborted) return;
    hearing.onState('waiting');
    // Drawn, so that all pages do not come back at the same moment.
    await pause(wait * (0.5 + chance()), closed);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** One socket, until it ends: whether anything was heard on it. */
async function listenFor(hearing: Hearing, closed: AbortSignal): Promise<boolean> {
  let isOpen = false;
  const heard = (text: string, send: (text: string) => void) => {
    const say = (frame: object) => send(JSON.stringify(frame));
    if (!isOpen) {
      isOpen = true;
      hearing.onSay(say);
      hearing.onState('live');
    }
    const frame = JSON.parse(text) as Frame;
    if (frame.t === 'ping') say({ t: 'pong' });
    else hearing.onFrame(frame);
  };
  try {
    return await listen({ path: '/api/inbox/socket', protocol: PROTOCOL, silentMs: SILENT_MS }, heard, closed);
  } finally {
    hearing.onSay(null);
  }
}
