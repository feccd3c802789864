/**
 * Messages that the server has not yet confirmed, one storage entry each: tabs share them without
 * a lock, because adding and removing never rewrites what another tab wrote.
 */
import { lacksProof } from './identity';
import { erase, names, read, write } from './storage';

const PREFIX = 'ob_q.';
const MOST_MESSAGES = 1000;
const MOST_CHARACTERS = 1e6;
const LARGEST_MESSAGE_BYTES = 32_000;
const OLDEST = 7 * 864e5;
/** Nothing waits for a year: the clock was years off, and somebody has put it right. */
const ABSURD = 365 * 864e5;
/** Messages of other tabs are left to them for so long, then taken as left behind. */
const LEFT_BEHIND = 15_000;
const BATCH_MESSAGES = 20;
const BATCH_BYTES = 60_000;

let lastTime = 0;
const ours = new Set<string>();
/** Handed to the network: on their way, or delivered. Only a failure takes them out again. */
export const underWay = new Set<string>();

/** Names in storage and texts of messages, in the order of their making. */
export type Batch = ReadonlyMap<string, string>;

const bytesOf = (message: string): number => new Blob([message]).size;

export function add(id: string, message: string): void {
  if (bytesOf(message) > LARGEST_MESSAGE_BYTES) return;
  // Names in alphabetical order are messages in the order of the calls.
  lastTime = Math.max(lastTime + 1, Date.now());
  const key = `${PREFIX}${lastTime.toString(36)}.${id}`;
  ours.add(key);
  write(key, message);
  let characters = 0;
  names(PREFIX)
    .reverse()
    .forEach((name, at) => {
      characters += (read(name) || '').length;
      if (at >= MOST_MESSAGES || characters > MOST_CHARACTERS) erase(name);
    });
}

/** The oldest messages that this tab should send now, as many as one request may carry. */
export function take(): Batch {
  const batch = new Map<string, string>();
  let bytes = 0;
  for (const key of names(PREFIX)) {
    const age = Math.abs(Date.now() - parseInt(key.slice(PREFIX.length), 36));
    if (age > OLDEST && age < ABSURD) erase(key);
    else if (!underWay.has(key) && (ours.has(key) || age > LEFT_BEHIND)) {
      const message = read(key);
      if (!message) continue; // another tab had it confirmed meanwhile
      bytes += bytesOf(message);
      const isFull = batch.size === BATCH_MESSAGES || bytes > BATCH_BYTES;
      if (batch.size && (isFull || lacksProof(message))) break;
      batch.set(key, message);
    }
  }
  return batch;
}

export const drop = (batch: Batch): void => batch.forEach((_, key) => erase(key));

export const mark = (batch: Batch): void => batch.forEach((_, key) => underWay.add(key));

export const unmark = (batch: Batch): void => batch.forEach((_, key) => underWay.delete(key));
