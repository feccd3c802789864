/** One socket to the server, opened with a ticket and given up when it falls silent; and how long to wait
 * until the next one. */
import { api, body } from '../api';

/** Called with each text that is heard, and with the way to say something. */
export type Hear = (text: string, say: (text: string) => void) => void;

interface Line {
  /** With the query, if there is one. */
  readonly path: string;
  readonly protocol: string;
  /** The server says something every 25 seconds, if only that nothing happened. */
  readonly silentMs: number;
}

/** Listen until the socket ends: whether anything was heard on it. */
export async function listen({ path, protocol, silentMs }: Line, hear: Hear, closed: AbortSignal): Promise<boolean> {
  const { ticket } = await body(api.POST('/api/live/ticket', { signal: closed }));
  const address = new URL(path, location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  // The ticket is no part of the address: addresses are written into logs.
  const socket = new WebSocket(address, [protocol, ticket]);
  const end = () => socket.close();
  const say = (text: string) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
  };
  let heard = false;
  let silent = setTimeout(end, silentMs);
  closed.addEventListener('abort', end);
  try {
    await new Promise<void>((done) => {
      socket.onmessage = ({ data }) => {
        if (closed.aborted) return;
        heard = true;
        clearTimeout(silent);
        silent = setTimeout(end, silentMs);
        hear(data as string, say);
      };
      socket.onclose = () => done();
      if (closed.aborted) end();
    });
  } finally {
    clearTimeout(silent);
    closed.removeEventListener('abort', end);
  }
  return heard;
}

/** Wait, but no longer once the network is back, or the person is. */
export function pause(ms: number, closed: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      done();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    const once = { signal: over.signal };
    closed.addEventListener('abort', end, once);
    window.addEventListener('online', end, once);
    document.addEventListener('visibilitychange', end, once);
    if (closed.aborted) end();
  });
}
