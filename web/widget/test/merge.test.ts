import { describe, expect, it } from 'vitest';
import { hasEarlier, isBehind, lastSeq, NOTHING, place, swallow, take, type Thread, unreadOf } from '../src/merge';
import type { Head, Message } from '../src/wire';

const RUNS = 300;
const PAGE = 7;

/** Numbers that are the same in every run: a failure can be looked at again. */
function dice(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const message = (seq: number): Message => ({
  seq,
  id: `m${seq}`,
  cid: seq % 3 ? null : `c${seq}`,
  from: seq % 3 ? 'team' : 'contact',
  kind: 'message',
  text: `${seq}`,
  files: [],
  created_at: seq,
});

const head = (seq: number, more: Partial<Head> = {}): Head => ({
  id: 'a',
  status: 'open',
  seq,
  read_seq: 0,
  received_seq: 0,
  team_read_seq: 0,
  unread: seq,
  preview: '',
  last_at: seq,
  last_from: 'team',
  with: null,
  ...more,
});

const seqs = ({ messages }: Thread): number[] => messages.map(({ seq }) => seq);

/** The server's side: all messages, and what `after` and `before` answer. */
class Server {
  readonly all: Message[] = [];
  say = (): Message => {
    this.all.push(message(this.all.length + 1));
    return this.all[this.all.length - 1]!;
  };
  after = (seq: number): Message[] =>
    (seq ? this.all.filter((one) => one.seq > seq).slice(0, PAGE) : this.all.slice(-PAGE));
  before = (seq: number): Message[] => this.all.filter((one) => one.seq < seq).slice(-PAGE);
  get head(): Head {
    return head(this.all.length);
  }
}

/** What every thread is at every moment. */
function isWhole(thread: Thread): void {
  const numbers = seqs(thread);
  if (!numbers.every((seq, at) => seq === numbers[0]! + at)) throw new Error(`${numbers}`);
}

describe('a conversation', () => {
  it('is a run without hole or double whatever comes twice, late, in another order or not at all', () => {
    for (let run = 0; run < RUNS; run++) {
      const roll = dice(run);
      const server = new Server();
      const late: Message[] = [];
      let thread = NOTHING;
      for (let step = 0; step < 60; step++) {
        const before = lastSeq(thread);
        const act = roll(6);
        if (act < 3) {
          const said = server.say();
          if (roll(4)) late.push(said); // else its frame is lost
        }
        if (act === 3 && late.length) thread = take(thread, [late[roll(late.length)]!]);
        if (act === 4) thread = take(thread, server.after(lastSeq(thread)).reverse());
        if (act === 5 && hasEarlier(thread)) thread = take(thread, server.before(seqs(thread)[0]!));
        isWhole(thread);
        if (lastSeq(thread) < before) throw new Error(`${lastSeq(thread)} after ${before}`);
      }
      while (isBehind(thread, server.head)) thread = take(thread, server.after(lastSeq(thread)));
      while (hasEarlier(thread)) thread = take(thread, server.before(seqs(thread)[0]!));
      expect(thread.messages).toEqual(server.all);
    }
  });

  it('does not take what would leave a hole, and is behind then', () => {
    const thread = take(NOTHING, [message(1), message(2)]);
    const same = take(thread, [message(5)]);
    expect(seqs(same)).toEqual([1, 2]);
    expect(isBehind(same, head(5))).toBe(true);
    expect(isBehind(thread, head(2))).toBe(false);
    expect(isBehind(NOTHING, undefined)).toBe(false);
  });

  it('is the same thing when nothing is new', () => {
    const thread = take(NOTHING, [message(1), message(2)]);
    expect(take(thread, [message(2), message(1)])).toBe(thread);
  });
});

describe('the list', () => {
  it('ends the same in every order of the same news', () => {
    for (let run = 0; run < RUNS; run++) {
      const roll = dice(run);
      const news = Array.from({ length: 8 }, (_, at) =>
        head(at + 1, {
          id: 'ab'[roll(2)]!,
          read_seq: roll(at + 2),
          team_read_seq: roll(at + 2),
          last_at: at,
        }),
      );
      const final = (list: Head[]): unknown =>
        list
          .reduce<readonly Head[]>(place, [])
          .map(({ id, seq, read_seq, team_read_seq }) => [id, seq, read_seq, team_read_seq]);
      const other = [...news].sort(() => roll(3) - 1);
      expect(final(other)).toEqual(final(news));
    }
  });

  it('never makes unread again what was read, and counts the rest', () => {
    const read = place([], head(3, { read_seq: 3, unread: 0 }));
    expect(place(read, head(2, { unread: 2 }))[0]).toMatchObject({ seq: 3, unread: 0, read_seq: 3 });
    expect(unreadOf(place(read, head(4, { unread: 1 })))).toBe(1);
  });

  it('loses the conversation that went into another', () => {
    const heads = place(place([], head(1)), head(2, { id: 'b' }));
    expect(swallow(heads, 'a', head(4, { id: 'b' })).map(({ id, seq }) => [id, seq])).toEqual([['b', 4]]);
  });
});
