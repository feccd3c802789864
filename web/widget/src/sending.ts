/** Hands to the server what was written, in the order of writing, until it has been confirmed. */
import { Refused } from './asking';
import type { Chat } from './chat';
import type { Hearing } from './hearing';
import type { Live } from './live';
import { place } from './merge';
import { isFresh, next, type Outgoing, refuse, settle } from './outbox';
import { isPassing, type Session } from './session';
import type { Head, Message } from './wire';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** What is around it: the talk that it is part of. */
interface Around {
  readonly chat: Chat;
  readonly session: Session;
  readonly hearing: Hearing;
  readonly live: Live;
  readonly person: number;
  ask(path: string, body: object): Promise<Response>;
  keepOutgoing(one: Outgoing): void;
  over(isStale?: boolean): void;
}

export class Sending {
  readonly #talk: Around;
  #isOn = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(talk: Around) {
    this.#talk = talk;
  }

  /** The person or the network wants it now. */
  hurry(): void {
    this.#failures = 0;
    this.pump();
  }

  async pump(): Promise<void> {
    const talk = this.#talk;
    const { chat } = talk;
    if (this.#isOn) return;
    clearTimeout(this.#timer);
    this.#isOn = true;
    let one: Outgoing | undefined;
    let wait: number | undefined;
    while (wait === undefined && (one = next(chat.state.outbox))) {
      const { person } = talk;
      try {
        await this.#deliver(one);
        this.#failures = 0;
        talk.live.wake();
      } catch (error) {
        if (person === talk.person) wait = this.#failed(one, error);
      }
    }
    this.#isOn = false;
    if (wait !== undefined) this.#timer = setTimeout(() => this.pump(), wait);
  }

  /** Milliseconds until it may be tried again; nothing if the others may go on at once. */
  #failed(one: Outgoing, error: unknown): number | undefined {
    const talk = this.#talk;
    const { chat } = talk;
    const { outbox, heads } = chat.state;
    const { status, said, wait = 0 }: Partial<Refused> = error instanceof Refused ? error : {};
    if (status === 401) {
      // Where nothing was read or written yet, only a token went stale: a new one sends it.
      const isStale = !heads.length && isFresh(one.c);
      talk.over(isStale);
      return isStale ? FIRST_WAIT_MS : undefined;
    }
    if (said?.merged_into) {
      const into = said.merged_into;
      chat.set({ outbox: settle(outbox, one.c, into) });
      chat.rename(one.c, into);
    } else if (isPassing(error)) {
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++);
      return wait + longest * (0.5 + Math.random() / 2);
    } else chat.set({ outbox: refuse(outbox, one.cid, true) });
    return undefined;
  }

  async #deliver(one: Outgoing): Promise<void> {
    const talk = this.#talk;
    const { chat, person, session, hearing } = talk;
    const isNew = isFresh(one.c);
    const body = {
      cid: one.cid,
      text: one.text,
      file_ids: one.files.map(({ id }) => id),
      ...(isNew && {
        answers: one.answers,
        page: { url: location.origin + location.pathname },
      }),
    };
    const path = isNew ? 'conversations' : `conversations/${one.c}/messages`;
    await session.ensure();
    talk.live.start();
    const said = await (await talk.ask(path, body)).json();
    if (person !== talk.person) return;
    if (!isNew) return hearing.arrived(one.c, [said as Message]);
    const { conversation, message }: { conversation: Head; message: Message } = said;
    const { id } = conversation;
    const outbox = settle(chat.state.outbox, one.c, id);
    // Kept under its new name before the first one goes: else a reload would begin another.
    outbox.forEach((other) => other.c === id && talk.keepOutgoing(other));
    chat.set({
      outbox,
      heads: place(chat.state.heads, conversation),
      ...(session.emailKnown && { email: 'known' }),
    });
    chat.rename(one.c, id);
    hearing.arrived(id, [message]);
    // What was answered stands before the first message.
    if (message.seq > 1) hearing.earlier(id);
  }
}
