/**
 * One line to the server for the tabs of a browser: a tab that nobody looks at has none of its own
 * while another tab says that it has one, and follows what that one keeps on the device. What is
 * looked at always has its own, so nobody ever waits for another tab.
 */
import { randomId } from '../../sdk/src/identity';
import type { Cache, Keeping } from './keeping';
import { place } from './merge';
import type { Change, State } from './state';
import type { Message } from './wire';

/** How often the tab with the line says so; a tab that crashed says nothing any more. */
const SAY_MS = 20_000;
const STALE_MS = 120_000;
const LOOK_MS = 60_000;
/** A page that goes is often followed by one of the same site. */
const LEFT_MS = 1_500;

/** What is around it: the talk of this tab. */
interface Around {
  readonly chat: { readonly state: State; set(change: Change): void };
  readonly hearing: { arrived(c: string, messages: readonly Message[]): void };
  readonly live: { rest(): boolean; wake(): void };
}

export class Tabs {
  readonly #name = randomId();
  readonly #talk: Around;
  readonly #keeping: Keeping;
  #saidAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(talk: Around, keeping: Keeping) {
    this.#talk = talk;
    this.#keeping = keeping;
  }

  /** This tab heard from the server. */
  claim(): void {
    clearTimeout(this.#timer);
    const now = Date.now();
    if (now - this.#saidAt < SAY_MS) return;
    this.#saidAt = now;
    this.#keeping.keepLine([this.#name, now]);
  }

  /** Has another tab the line, and is this one not looked at? Then it looks again later. */
  yields(): boolean {
    const [name, at] = this.#keeping.line;
    const isOthers = document.hidden && name !== this.#name && Date.now() - at < STALE_MS;
    if (isOthers) this.#lookIn(LOOK_MS);
    return isOthers;
  }

  /** The tab goes. */
  leave(): void {
    clearTimeout(this.#timer);
    if (this.#keeping.line[0] === this.#name) this.#keeping.dropLine();
    this.#saidAt = 0;
  }

  /** What the others keep has changed. Where the line was left, one of them takes it. */
  changed(): void {
    if (this.#talk.live.rest()) this.#follow();
    if (this.#keeping.line[0]) return;
    this.#lookIn(LEFT_MS * (1 + Math.random()));
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.yields()) this.#talk.live.wake();
    }, ms);
  }

  #follow(): void {
    const { heads = [], threads = {} }: Partial<Cache> = this.#keeping.cache || {};
    const { chat, hearing } = this.#talk;
    for (const c in threads) hearing.arrived(c, threads[c]!.messages);
    chat.set({ heads: heads.reduce(place, chat.state.heads) });
  }
}
