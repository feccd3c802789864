/** The line to the server: a socket, or where none gets through, the same news asked for again and
 * again. It is taken up where it broke off, and nothing is missed. */
import { api, body, Problem } from '../api';
import type { Schemas } from '../../../client/src';
import { listen, pause } from './socket';

export type News = Schemas['News'];
/** live: what happens is told. waiting: it will be, once the line is back. off: not in this session. */
export type State = 'waiting' | 'live' | 'off';

export interface Hearing {
  onNews(news: News): void;
  onState(state: State): void;
}

const PROTOCOL = 'openbook.live';
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SILENT_MS = 45_000;
/** How often the server is told that somebody is here. */
const HERE_MS = 20_000;
/** After so many sockets that told nothing, news is asked for, and a socket tried again later. */
const TRIES = 2;
const ASKING_MS = 120_000;
/** Answers are asked for no closer together: what happens meanwhile comes in one. */
const TOGETHER_MS = 500;

/** Open the line and keep it open; what is returned closes it. */
export function openLine(hearing: Hearing, chance: () => number = Math.random): () => void {
  const closing = new AbortController();
  void keep(hearing, closing.signal, chance);
  return () => closing.abort();
}

async function keep(hearing: Hearing, closed: AbortSignal, chance: () => number): Promise<void> {
  let version: string | undefined;
  let failed = 0;
  let wait = FIRST_WAIT_MS;
  const hear = (news: News) => {
    version = news.version;
    wait = FIRST_WAIT_MS;
    hearing.onState('live');
    hearing.onNews(news);
  };
  while (!closed.aborted) {
    try {
      if (failed < TRIES) {
        const heard = await listenFor(hear, version, closed);
        failed = heard ? 0 : failed + 1;
      } else {
        await ask(hear, () => version, closed, Date.now() + ASKING_MS);
        failed = TRIES - 1;
        continue;
      }
    } catch (error) {
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) {
        if (!closed.aborted) hearing.onState('off');
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
function listenFor(hear: (news: News) => void, after: string | undefined, closed: AbortSignal): Promise<boolean> {
  let said = Date.now();
  const path = after ? `/api/live?after=${encodeURIComponent(after)}` : '/api/live';
  const heard = (text: string, say: (text: string) => void) => {
    hear(JSON.parse(text));
    if (Date.now() - said < HERE_MS) return;
    said = Date.now();
    say('.');
  };
  return listen({ path, protocol: PROTOCOL, silentMs: SILENT_MS }, heard, closed);
}

/** The same news by asking, until it is time to try a socket again. */
async function ask(hear: (news: News) => void, version: () => string | undefined, closed: AbortSignal, until: number): Promise<void> {
  while (!closed.aborted && Date.now() < until) {
    const began = Date.now();
    const after = version();
    hear(await body(api.GET('/api/live/news', { params: { query: after ? { after } : {} }, signal: closed })));
    await pause(began + TOGETHER_MS - Date.now(), closed);
  }
}
