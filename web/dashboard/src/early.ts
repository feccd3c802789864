/** Asks the server what the first screen needs while the scripts are still on their way.
 *
 * It stands alone, so that it runs long before the rest has been read; `api/early.ts` hands on what it
 * was answered. Only what whoever comes in by this address asks first: a question too many would
 * cost the server as much as it saves here.
 */
import type { Begun } from './api/early';

const OWN = { 'X-Requested-With': 'openbook' };
const begun: Begun = new Map();
window.openbookBegun = begun;

function ask(path: string, body?: string): void {
  const how = body === undefined ? { headers: OWN } : { method: 'POST', body, headers: { ...OWN, 'Content-Type': 'application/json' } };
  const answer = fetch(path, how);
  answer.catch(() => {}); // whoever takes it is told
  begun.set(`${how.method ?? 'GET'} ${path} ${body ?? ''}`, answer);
}

if (!/^\/(sign-in|invitation)/.test(location.pathname)) ask('/api/me');
if (location.pathname === '/contacts') {
  ask('/api/fields');
  // As `contacts/found.ts` asks for everybody.
  if (!location.search) ask('/api/contacts/search', '{"limit":70,"cursor":null}');
  // Named by the build. Imported here, it would be bundled another way, and all of it be heavier.
  const files = document.querySelector<HTMLMetaElement>('meta[name=contacts-screen]')?.content.split(' ') ?? [];
  for (const href of files) document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', crossOrigin: '', href }));
}
