/** What speaks with the server about one person: who it is, what it says, what is kept here. */
import { ask } from './asking';
import type { Chat } from './chat';
import type { Given } from './given';
import { Hearing } from './hearing';
import { type Cache, Keeping } from './keeping';
import { Live } from './live';
import { NOTHING } from './merge';
import { drop, isFresh, type Outgoing } from './outbox';
import { Sending } from './sending';
import { Session } from './session';
import { NOBODY, type Talking } from './state';
import type { Tabs } from './tabs';
import type { Head } from './wire';

const SAY_TYPING_MS = 3_000;
const KEEP_MS = 400;
const KEPT_MESSAGES = 30;
const KEPT_THREADS = 5;

export class Talk implements Talking {
  readonly chat: Chat;
  readonly host: string;
  readonly base: string;
  readonly session: Session;
  readonly live: Live;
  readonly hearing: Hearing;
  /** Rises when the person changes: what was asked for before is not for the next one. */
  person = 0;
  readonly #keeping: Keeping;
  readonly #sending: Sending;
  #tabs: Tabs | undefined;
  readonly #leaving = new AbortController();
  #saidTyping = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(chat: Chat, given: Given) {
    const { config, allowed } = given;
    this.chat = chat;
    this.host = config.host;
    this.base = `${config.host}/v1/chat/${config.key}/`;
    this.#keeping = new Keeping(allowed);
    this.session = new Session(given, this.base, this.#keeping, () => chat.state.words.language);
    this.hearing = new Hearing(this);
    this.#sending = new Sending(this);
    this.live = new Live(this.base, () => this.session.ensure(), {
      hear: (frame) => {
        this.hearing.hear(frame);
        // The line is back: what waits need not wait for its own next try.
        if (frame.t === 'hello') this.#sending.hurry();
        this.#share().catch(() => {});
      },
      rests: () => !!this.#tabs?.yields(),
      fetchPolling: chat.around.fetchPolling,
      line: (isUp) => chat.set({ isUp }),
      over: () => this.over(),
    });
    if (allowed()) this.#recall();
    this.#sending.pump();
    const wake = (): void => {
      if (!document.hidden) this.wake();
    };
    const on = (name: string, act: () => void, target: EventTarget = window): void =>
      target.addEventListener(name, act, { signal: this.#leaving.signal });
    // A socket of before the network went is not to be trusted.
    on('online', () => this.wake(true));
    on('offline', () => chat.set({ isUp: false }));
    on('pageshow', wake);
    on('pagehide', () => this.#leave());
    on('visibilitychange', wake, document);
  }

  /** With what other tabs keep on the same device. */
  async #share(): Promise<void> {
    if (!this.#keeping.token) return;
    const { Tabs } = await this.chat.around.fetchTabs();
    this.#tabs ||= new Tabs(this, this.#keeping);
    if (!this.live.rest()) this.#tabs.claim();
  }

  /** Another panel goes on with what is kept. */
  quit(): void {
    this.#leaving.abort();
    this.live.stop();
    this.#leave();
    this.person++;
  }

  #leave(): void {
    this.#keep();
    this.#tabs?.leave();
  }

  // What is kept ---------------------------------------------------------------------------------

  /** What this browser has kept is there at once; the server is asked afterwards. */
  #recall(): void {
    const { chat, session } = this;
    const cache: Partial<Cache> = (session.token && this.#keeping.cache) || {};
    const { settings = cache.settings, outbox } = chat.state;
    chat.set({ ...cache, settings, outbox: [...this.#keeping.outbox, ...outbox] });
    if (session.token) this.live.start();
  }

  keepSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keep(), KEEP_MS);
  }

  #keep(): void {
    if (!this.session.token || this.live.rest()) return;
    const { heads, threads, settings, email, sound, drafts, recent } = this.chat.state;
    const latest = heads.slice(0, KEPT_THREADS).map(({ id }) => {
      const { messages } = threads[id] || NOTHING;
      return [id, { messages: messages.slice(-KEPT_MESSAGES) }];
    });
    this.#keeping.keepCache({
      heads,
      threads: Object.fromEntries(latest),
      settings,
      email: email === 'open' ? email : 'known',
      sound,
      drafts,
      recent,
    });
  }

  keepOutgoing(one: Outgoing): void {
    this.#keeping.keepOutgoing(one);
  }

  /** What the server has confirmed need not be kept any more. */
  confirmed(cids: ReadonlySet<unknown>): void {
    const { outbox } = this.chat.state;
    outbox.forEach((one) => cids.has(one.cid) && this.#keeping.dropOutgoing(one));
    this.chat.set({ outbox: drop(outbox, cids) });
  }

  // Saying ---------------------------------------------------------------------------------------

  /** Looked at again, or the network is back. */
  wake(isNew?: boolean): void {
    this.live.wake(isNew);
    this.#sending.hurry();
    this.hearing.front();
  }

  sent(one: Outgoing): void {
    this.keepOutgoing(one);
    this.#saidTyping = 0;
    this.#sending.pump();
  }

  types(c: string | null): void {
    const now = Date.now();
    if (!c || isFresh(c) || now - this.#saidTyping < SAY_TYPING_MS) return;
    this.#saidTyping = now;
    this.live.wake();
    if (!this.live.say({ t: 'typing', c })) this.tell(`conversations/${c}/typing`, {});
  }

  /** Says how far it has arrived or has been read. */
  mark(t: 'read' | 'received', c: string, seq: number): void {
    if (!this.live.say({ t, c, seq })) this.tell(`conversations/${c}/${t}`, { seq });
  }

  async ask(path: string, body?: object): Promise<Response> {
    return ask(this.base + path, { token: await this.session.ensure(), body });
  }

  /** What may get lost: it is said again some time. */
  tell(path: string, body: object): void {
    this.ask(path, body).catch(() => {});
  }

  announce(head: Head): void {
    const { chat } = this;
    const { isOpen, view, c, sound } = chat.state;
    const isInFront = isOpen && view === 'thread' && c === head.id && !document.hidden;
    if (sound && !isInFront) chat.around.fetchParts().then((parts) => parts.chime());
    if (isOpen) return;
    chat.refresh();
    chat.set({ notice: head });
  }

  // Who ------------------------------------------------------------------------------------------

  /** A signed identify by the page: the same session becomes the person's, or ends for another's. */
  async identify(jwt: string): Promise<void> {
    const { session } = this;
    if (session.sign(jwt)) this.#clear();
    const { person } = this;
    if (!session.token) return;
    await session.ensure().catch(() => {});
    if (person !== this.person) return;
    this.live.start();
    this.live.wake(true);
  }

  /** Consent was given: what the page's memory holds may last now. */
  last(): void {
    this.chat.state.outbox.forEach((one) => this.keepOutgoing(one));
    this.session.outlive();
    if (this.session.token) this.session.ensure().catch(() => {});
  }

  /** The person leaves: the session ends at the server, nothing stays here. */
  forget(): void {
    this.session.end();
    this.over();
  }

  /** Another tab has changed what is kept. */
  changedElsewhere(): void {
    const { session, chat } = this;
    const isGone = session.token && !this.#keeping.token && chat.state.isLasting;
    if (isGone || !session.adopt()) {
      // What is on the device is the next person's already.
      session.drop();
      this.#empty();
      session.adopt();
    }
    if (session.token) this.live.start();
    this.#tabs?.changed();
  }

  /** The session is over. `isStale`: nothing was said under it, so what was written stays. */
  over(isStale?: boolean): void {
    this.live.stop();
    this.session.drop();
    if (isStale) this.#keeping.dropSession();
    else this.#clear();
  }

  #clear(): void {
    this.#keeping.forget();
    this.#empty();
  }

  #empty(): void {
    this.person++;
    this.live.stop();
    this.chat.set(NOBODY);
    clearTimeout(this.#timer);
  }
}
