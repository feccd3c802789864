/** News where sockets are blocked: asking, and being answered when there is something. */
import { ask } from './asking';
import type { Frame } from './wire';

const SILENCE_MS = 60_000;

export interface Asking {
  readonly base: string;
  readonly polling: AbortController;
  /** UNIX milliseconds: after that, a socket may get through again. */
  readonly until: number;
  token(): Promise<string>;
  heard(frames: readonly Frame[]): void;
}

/** Tells of each answer until its time is over; no network, or being aborted, is an error. */
export async function poll({ base, polling, until, token, heard }: Asking): Promise<void> {
  const { signal } = polling;
  let after = '';
  while (Date.now() < until) {
    const bearer = await token();
    // The server answers after 25 seconds at the latest.
    const timer = setTimeout(() => polling.abort(), SILENCE_MS);
    const answer = await ask(`${base}events${after}`, { token: bearer, signal });
    const { cursor, events }: { cursor: string; events: Frame[] } = await answer.json();
    clearTimeout(timer);
    after = `?after=${encodeURIComponent(cursor)}`;
    heard(events);
  }
}
