/** Hands the queue to the server: batches, one request at a time, and patience when it fails. */
import { attempt } from './attempt';
import { config } from './config';
import { allowed } from './consent';
import { keepProof, prove } from './identity';
import { type Batch, drop, mark, take, underWay, unmark } from './queue';
import { read, write } from './storage';

const ADDRESS = `${config.host}/v1/b`;
const GATHER_MS = 50;
const TIMEOUT_MS = 20_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 300_000;

/** Until when the server asked for silence: stored, so that other tabs and later pages keep it. */
const SILENCE = 'ob_r';
const LONGEST_SILENCE_MS = 864e5;

let sending = false;
let failures = 0;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Text, not parsed again: `text/plain` needs no preflight. */
const envelope = (batch: Batch): string =>
  `{"writeKey":${JSON.stringify(config.key)},"sentAt":"${new Date().toISOString()}","batch":[${[...batch.values()].map(prove)}]}`;

/** Milliseconds that the server still wants to rest. A clock set back must not silence us for long. */
function silence(): number {
  const left = +(read(SILENCE) || 0) - Date.now();
  return left > LONGEST_SILENCE_MS ? 0 : Math.max(0, left);
}

function pause(milliseconds: number): void {
  waiting = setTimeout(() => {
    waiting = undefined;
    start();
  }, milliseconds);
}

/** `Retry-After`, in seconds or as a date, and exponential back-off with full jitter on top. */
function retryLater(response?: Response): void {
  const header = response?.headers.get('retry-after') || '';
  const asked = +header * 1000 || Date.parse(header) - Date.now();
  if (asked > 0 && allowed())
    write(SILENCE, `${Date.now() + Math.min(LONGEST_SILENCE_MS, asked)}`);
  pause(silence() + Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++));
}

async function deliver(batch: Batch): Promise<void> {
  let response: Response | undefined;
  try {
    response = await fetch(ADDRESS, {
      method: 'POST',
      body: envelope(batch),
      keepalive: true,
      credentials: 'omit',
      referrerPolicy: 'origin',
      signal: AbortSignal.timeout?.(TIMEOUT_MS),
    });
  } catch {
    // No network, or none that reaches the server: the messages stay.
  }
  if (!response || response.status === 429 || response.status >= 500) {
    unmark(batch);
    return retryLater(response);
  }
  failures = 0;
  drop(batch);
  keepProof(await response.json(), [...batch.values()]);
}

/** Sends what is due, if nothing is on its way. */
export const start = (): void =>
  attempt(() => {
    if (sending || waiting || !allowed()) return;
    const batch = take();
    if (!batch.size) return;
    if (silence()) return pause(silence());
    sending = true;
    mark(batch);
    deliver(batch)
      .catch(() => {}) // an answer that is no JSON
      .then(() => {
        sending = false;
        start();
      });
  });

/** Soon, so that what happens together travels together. */
export const startSoon = (): unknown => setTimeout(start, GATHER_MS);

/** The network is back; what the server asked for still counts. */
export function resume(): void {
  failures = 0;
  clearTimeout(waiting);
  waiting = undefined;
  start();
}

/**
 * The page goes away: a beacon outlives it. Beacons are not answered, so the messages stay stored
 * and the next page sends them once more; the server takes a message twice for one.
 */
export function leave(): void {
  if (silence() || !allowed()) return;
  let batch: Batch;
  while ((batch = take()).size && navigator.sendBeacon(ADDRESS, envelope(batch))) mark(batch);
}

/** The page came back out of the browser's memory: what its beacons took along is unconfirmed. */
export function comeBack(): void {
  underWay.clear();
  start();
}
