/** The verbs of `openbook(...)`. */
import { allowed, type Answer, keepAnswer } from './consent';
import { readContext } from './context';
import {
  anonymousId,
  changeIdentity,
  forgetIdentity,
  keepUserId,
  randomId,
  userId,
} from './identity';
import { pageUrl } from './page';
import { add } from './queue';
import { erase, names, OURS } from './storage';
import { startSoon, start } from './transport';

type Kind = 'page' | 'track' | 'identify';
type Given = Record<string, unknown>;

let lastUrl: string | undefined;
/** The last identify that consent held back: kept in the memory of this page only. */
let heldBack: unknown[] | undefined;

async function send(type: Kind, content: Given, token?: string): Promise<void> {
  const timestamp = new Date().toISOString();
  // The token comes first, so that the text tells a signed message by its beginning.
  const context = { token, ...(await readContext(type === 'page')) };
  const messageId = randomId();
  const who = { messageId, anonymousId: anonymousId(), userId: userId() };
  add(messageId, JSON.stringify({ context, type, ...who, timestamp, ...content }));
  startSoon();
}

/** A page view; the same address twice in a row is one, unless `again`. */
export async function page(again?: boolean): Promise<void> {
  const url = pageUrl(location.href);
  if (!allowed() || (url === lastUrl && !again)) return;
  lastUrl = url;
  await send('page', {});
}

async function track(event: string, properties?: Given): Promise<void> {
  if (allowed()) await send('track', { event, properties });
}

async function identify(id?: unknown, traits?: Given, options?: { token?: string }): Promise<void> {
  if (id && typeof id === 'object') return identify(undefined, id as Given, traits);
  if (!allowed()) {
    heldBack = [id, traits, options];
    return;
  }
  if (id != null) keepUserId(`${id}`);
  await send('identify', { traits }, options?.token);
}

export async function consent(given: Answer): Promise<void> {
  if (given === 'denied') {
    heldBack = lastUrl = undefined;
    forgetIdentity();
    names(OURS).forEach(erase);
  } else if (given !== 'granted') return;
  keepAnswer(given);
  await page();
  if (heldBack) await identify(...(heldBack as Parameters<typeof identify>));
  heldBack = undefined;
}

/** What is queued keeps the id that it happened under. */
function reset(): void {
  heldBack = undefined;
  start();
  if (allowed()) changeIdentity();
}

export const commands: Record<string, (...given: never[]) => unknown> = {
  consent,
  identify,
  page: () => page(true),
  track,
  reset,
  logout: reset,
};
