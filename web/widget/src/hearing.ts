/** What the server says, and how what is here catches up with it. */
import { firstSeq, isBehind, lastSeq, NOTHING, place, swallow, take, type Thread } from './merge';
import type { Chat } from './chat';
import { settle } from './outbox';
import { NEW } from './state';
import type { Frame, Head, Message } from './wire';

const TYPING_MS = 6_000;

/** What is around it: the talk that it is part of. */
interface Around {
  readonly chat: Chat;
  readonly person: number;
  ask(path: string): Promise<Response>;
  mark(t: 'read' | 'received', c: string, seq: number): void;
  announce(head: Head): void;
  confirmed(cids: ReadonlySet<unknown>): void;
  over(): void;
}

export class Hearing {
  readonly #talk: Around;
  #typing: ReturnType<typeof setTimeout> | undefined;
  /** Conversations whose missing messages are being fetched. */
  readonly #catching = new Set<string>();

  constructor(talk: Around) {
    this.#talk = talk;
  }

  hear(frame: Frame): void {
    const { chat } = this.#talk;
    const { heads, threads, outbox, c, typing } = chat.state;
    if (frame.t === 'hello') {
      // What the server does not name is not this visitor's any more.
      const named = new Set(frame.heads.map(({ id }) => id));
      this.#headsAre(frame.heads.reduce(place, heads.filter(({ id }) => named.has(id))));
    } else if (frame.t === 'head') this.#headsAre(place(heads, frame.h));
    else if (frame.t === 'merged') {
      const { [frame.c]: gone, [frame.into]: kept, ...others } = threads;
      chat.set({
        threads: others,
        c: c === frame.c ? frame.into : c,
        outbox: settle(outbox, frame.c, frame.into),
      });
      this.#headsAre(swallow(heads, frame.c, frame.h));
    } else if (frame.t === 'message') {
      if (typing?.c === frame.c) chat.set({ typing: undefined });
      this.arrived(frame.c, [frame.m], true);
      this.#headsAre(place(chat.state.heads, frame.h));
    } else if (frame.t === 'typing') {
      chat.set({ typing: { c: frame.c, name: frame.name || '' } });
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => chat.set({ typing: undefined }), TYPING_MS);
    } else if (frame.t === 'over') this.#talk.over();
  }

  thread(c: string): Thread {
    return this.#talk.chat.state.threads[c] || NOTHING;
  }

  /** The list as it is now; tells of what is new in it. */
  #headsAre(heads: readonly Head[]): void {
    const { chat } = this.#talk;
    const { heads: before, isGuess, c, drafts } = chat.state;
    const [latest] = heads;
    chat.set({ heads, ...(isGuess && !c && !drafts[NEW] && latest && { c: latest.id }) });
    for (const head of heads) {
      const { id, seq, unread } = head;
      if (chat.state.threads[id] && isBehind(this.thread(id), head)) this.catchUp(id);
      if (unread && seq > head.received_seq) this.#talk.mark('received', id, seq);
      if (unread > (before.find((one) => one.id === id)?.unread ?? 0)) this.#talk.announce(head);
    }
    this.front();
  }

  /** What is in front is caught up with, and read. */
  front(): void {
    const { chat } = this.#talk;
    const { c, view, isOpen, heads } = chat.state;
    const head = heads.find(({ id }) => id === c);
    if (!isOpen || view !== 'thread' || !c || !head) return;
    if (isBehind(this.thread(c), head)) this.catchUp(c);
    const seq = Math.min(head.seq, lastSeq(this.thread(c)));
    if (!head.unread || document.hidden || seq <= head.read_seq) return;
    this.#talk.mark('read', c, seq);
    chat.set({ heads: place(heads, { ...head, read_seq: seq, received_seq: seq }) });
  }

  /** `isNew`: said just now; else it may be what was said long ago. */
  arrived(c: string, messages: readonly Message[], isNew?: boolean): void {
    const { chat } = this.#talk;
    const last = lastSeq(this.thread(c));
    const mine = new Set(messages.map(({ cid }) => cid).filter(Boolean));
    chat.set({ threads: { ...chat.state.threads, [c]: take(this.thread(c), messages) } });
    this.#talk.confirmed(mine);
    for (const { from, kind, seq, text, name } of messages)
      if (from === 'team' && kind === 'message' && seq > last && (isNew || last))
        chat.around.emit('message', { conversation: c, text, name });
  }

  /** Fetches what is missing at the end, once at a time for each conversation. */
  async catchUp(c: string): Promise<void> {
    const talk = this.#talk;
    const { chat } = talk;
    if (this.#catching.has(c)) return;
    this.#catching.add(c);
    const { person } = talk;
    try {
      for (;;) {
        const last = lastSeq(this.thread(c));
        const head = await this.fetch(c, last ? `after=${last}` : '');
        if (person !== talk.person) break;
        chat.set({ heads: place(chat.state.heads, head) });
        // Nothing came although there should be more: the next frame asks again.
        if (!isBehind(this.thread(c), head) || lastSeq(this.thread(c)) === last) break;
      }
    } catch {
      // No network: the socket's next greeting asks again.
    }
    this.#catching.delete(c);
    if (person === talk.person) this.front();
  }

  earlier(c: string): Promise<unknown> {
    return this.fetch(c, `before=${firstSeq(this.thread(c))}`).catch(() => {});
  }

  async fetch(c: string, which: string): Promise<Head> {
    const talk = this.#talk;
    const { person } = talk;
    const answer = await talk.ask(`conversations/${c}/messages?limit=50&${which}`);
    const { messages, head }: { messages: Message[]; head: Head } = await answer.json();
    if (person === talk.person) this.arrived(c, messages);
    return head;
  }
}
