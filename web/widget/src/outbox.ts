/**
 * What was written and is not confirmed yet. Each message has a name of its own (`cid`) under which
 * the server stores it once, so it may be sent again until an answer comes, also by another tab.
 */
import type { SentFile } from './wire';

export interface Outgoing {
  readonly cid: string;
  /** Its conversation; `new:CID` while the server has not seen the first message of it. */
  readonly c: string;
  readonly text: string;
  readonly files: readonly SentFile[];
  readonly answers?: Readonly<Record<string, string>>;
  /** UNIX seconds. */
  readonly at: number;
  /** The server refused it: it waits for the person, no longer for the network. */
  readonly refused?: boolean;
}

export type Outbox = readonly Outgoing[];

const NEW = 'new:';

export const freshName = (cid: string): string => NEW + cid;

export const isFresh = (c: string | null): boolean => !!c?.startsWith(NEW);

/** The first that may be sent. What follows a refused one in its conversation does not wait. */
export const next = (outbox: Outbox): Outgoing | undefined => outbox.find((one) => !one.refused);

/** Another tab may have added its own: by time, each once. */
export const add = (outbox: Outbox, one: Outgoing): Outbox =>
  outbox.some(({ cid }) => cid === one.cid)
    ? outbox
    : [...outbox, one].sort((a, b) => a.at - b.at);

export const drop = (outbox: Outbox, cids: ReadonlySet<unknown>): Outbox =>
  outbox.some(({ cid }) => cids.has(cid)) ? outbox.filter(({ cid }) => !cids.has(cid)) : outbox;

export const refuse = (outbox: Outbox, cid: string, refused: boolean): Outbox =>
  outbox.map((one) => (one.cid === cid ? { ...one, refused } : one));

/** The server has named the conversation: what else was written to it belongs there. */
export const settle = (outbox: Outbox, fresh: string, c: string): Outbox =>
  outbox.map((one) => (one.c === fresh ? { ...one, c } : one));
