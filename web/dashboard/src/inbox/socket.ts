/** The inbox's socket, kept open: what happens in conversations as it happens. */
import { Problem } from '../api';
import { ticket } from './calls';
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
export type Head = Omit<Conversation, 'unread' | 'mentioned' | 'read_seq'>;

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
/** The server says something every 25 seconds, if only that nothing happened. */
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
      if (await listen(hearing, closed)) wait = FIRST_WAIT_MS;
    } catch (error) {
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) {
        hearing.onState('off');
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
async function listen(hearing: Hearing, closed: AbortSignal): Promise<boolean> {
  const pass = await ticket(closed);
  const address = new URL('/api/inbox/socket', location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  // The ticket is no part of the address: addresses are written into logs.
  const socket = new WebSocket(address, [PROTOCOL, pass]);
  const end = () => socket.close();
  const say = (frame: object) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  };
  let heard = false;
  let silent = setTimeout(end, SILENT_MS);
  closed.addEventListener('abort', end);
  try {
    await new Promise<void>((done) => {
      socket.onmessage = ({ data }) => {
        if (closed.aborted) return;
        clearTimeout(silent);
        silent = setTimeout(end, SILENT_MS);
        const frame = JSON.parse(data as string) as Frame;
        if (!heard) {
          heard = true;
          hearing.onSay(say);
          hearing.onState('live');
        }
        if (frame.t === 'ping') say({ t: 'pong' });
        else hearing.onFrame(frame);
      };
      socket.onclose = () => done();
      if (closed.aborted) end();
    });
  } finally {
    clearTimeout(silent);
    closed.removeEventListener('abort', end);
    hearing.onSay(null);
  }
  return heard;
}

/** Wait, but no longer once the network is back, or the person is. */
function pause(ms: number, closed: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      done();
    };
    const timer = setTimeout(end, ms);
    const once = { signal: over.signal };
    closed.addEventListener('abort', end, once);
    window.addEventListener('online', end, once);
    document.addEventListener('visibilitychange', end, once);
  });
}
