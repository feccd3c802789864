/**
 * How what arrives becomes a conversation: each message once, in order, without a hole, whatever
 * comes twice, late or not at all. Nothing here knows the network or the clock.
 */
import type { Head, Message } from './wire';

/** The messages of one conversation that are here: an unbroken run of the server's numbers. */
export interface Thread {
  readonly messages: readonly Message[];
}

export const NOTHING: Thread = { messages: [] };

export const firstSeq = ({ messages }: Thread): number => messages[0]?.seq ?? 0;

export const lastSeq = ({ messages }: Thread): number => messages[messages.length - 1]?.seq ?? 0;

/**
 * Takes messages in, in any order. What would leave a hole is not taken: the server still has it,
 * and `isBehind` says that it has to be asked for.
 */
export function take(thread: Thread, arrived: readonly Message[]): Thread {
  const known = new Map(thread.messages.map((message) => [message.seq, message]));
  for (const message of arrived) if (!known.has(message.seq)) known.set(message.seq, message);
  if (known.size === thread.messages.length) return thread;
  const sorted = [...known.values()].sort((one, other) => one.seq - other.seq);
  // Only a thread that has something knows which run is its own; else the latest run is.
  const anchor = sorted.findIndex(
    ({ seq }) => seq === (lastSeq(thread) || sorted[sorted.length - 1]!.seq),
  );
  let [from, to] = [anchor, anchor];
  while (from && sorted[from - 1]!.seq === sorted[from]!.seq - 1) from--;
  while (sorted[to + 1] && sorted[to + 1]!.seq === sorted[to]!.seq + 1) to++;
  return { messages: sorted.slice(from, to + 1) };
}

/** Does the server have more than what is here? */
export const isBehind = (thread: Thread, head: Head | undefined): boolean =>
  (head?.seq ?? 0) > lastSeq(thread);

/** Is there something older than what is here? */
export const hasEarlier = (thread: Thread): boolean => firstSeq(thread) > 1;

const further = (one: number, other: number): number => Math.max(one, other);

/** The list with a head as it is now. An older one, by its numbers, never undoes a newer one. */
export function place(heads: readonly Head[], head: Head): readonly Head[] {
  const known = heads.find(({ id }) => id === head.id);
  const isOld = known && known.seq > head.seq;
  const newest = isOld ? known : head;
  const merged = known
    ? {
        ...newest,
        read_seq: further(known.read_seq, head.read_seq),
        received_seq: further(known.received_seq, head.received_seq),
        team_read_seq: further(known.team_read_seq, head.team_read_seq),
      }
    : head;
  // What has been read here is not unread because an earlier frame came late.
  const unread = merged.read_seq >= merged.seq ? 0 : merged.unread;
  return [{ ...merged, unread }, ...heads.filter(({ id }) => id !== head.id)].sort(
    (one, other) => other.last_at - one.last_at,
  );
}

/** One conversation took over another's messages: the other is gone, its messages come anew. */
export const swallow = (heads: readonly Head[], gone: string, kept: Head): readonly Head[] =>
  place(
    heads.filter(({ id }) => id !== gone),
    kept,
  );

export const unreadOf = (heads: readonly Head[]): number =>
  heads.reduce((sum, { unread }) => sum + unread, 0);
