/** Asks the server what a screen needs while the scripts are on their way; `api/early.ts` hands on what
 * it was answered. Only what whoever comes in by this address asks first: a question too many would
 * cost the server as much as it saves here. */
import type { Begun } from '../api/early';

const headers = { 'X-Requested-With': 'openbook' };

export function askEarly(): void {
  const begun: Begun = new Map();
  window.openbookBegun = begun;
  const ask = (path: string) => {
    const answer = fetch(path, { headers });
    answer.catch(() => {}); // whoever takes it is told
    begun.set(`GET ${path} `, answer);
  };
  // As `inbox/calls.ts` asks for what is open; one thread alone is nothing to wait for.
  if (/^\/inbox(\/|$)/.test(location.pathname)) {
    // A thread that fills a narrow screen has no place for counts.
    const isAlone = location.pathname !== '/inbox' && matchMedia('(max-width: 48em)').matches;
    if (!isAlone) ask('/api/conversations/counts');
    if (!location.search) ask('/api/conversations?view=open&limit=50');
  }
}
