/** What the chat keeps on this device, where the visitor lets it; else nothing is kept. */
import { erase, names, read, write } from '../../sdk/src/storage';
import { KEPT, TOKEN } from './given';
import type { Outgoing } from './outbox';
import type { State } from './state';

export const KEPT_SESSION = `${KEPT}s`;
const CACHE = `${KEPT}c`;
const OUTBOX = `${KEPT}o.`;
const LINE = `${KEPT}l`;

/** What is known of a session beside its token. */
export interface Born {
  /** A name of our own: the same after a rotation, another for another person. */
  readonly n: string;
  /** When it was made or rotated, when it ends: UNIX seconds. */
  readonly at: number;
  readonly until: number;
  /** The user id that was signed. */
  readonly who?: string;
}

/** What lets the chat open at once. */
export type Cache = Pick<State, 'heads' | 'threads' | 'settings' | 'email' | 'sound' | 'drafts' | 'recent'>;

function parse<T>(name: string): T | undefined {
  try {
    return JSON.parse(read(name) || 'null') || undefined;
  } catch {
    return undefined;
  }
}

/** Names in alphabetical order are messages in the order of writing. */
const nameOf = ({ at, cid }: Outgoing): string =>
  `${OUTBOX}${Math.round(at * 1000).toString(36)}.${cid}`;

export class Keeping {
  readonly #allowed: () => boolean;

  constructor(allowed: () => boolean) {
    this.#allowed = allowed;
  }

  #put(name: string, text: string): void {
    if (this.#allowed()) write(name, text);
  }

  get token(): string | undefined {
    return read(TOKEN) || undefined;
  }

  get born(): Born | undefined {
    return parse(KEPT_SESSION);
  }

  /** Other tabs wait for the token; what it belongs to has to be there before. */
  keepSession(token: string, born: Born): void {
    this.#put(KEPT_SESSION, JSON.stringify(born));
    this.#put(TOKEN, token);
  }

  dropSession(): void {
    erase(TOKEN);
    erase(KEPT_SESSION);
  }

  get cache(): Cache | undefined {
    return parse(CACHE);
  }

  keepCache(cache: Cache): void {
    this.#put(CACHE, JSON.stringify(cache));
  }

  /** Which tab has a line to the server, and when it said so last: UNIX milliseconds. */
  get line(): readonly [name: string, at: number] {
    return parse(LINE) || ['', 0];
  }

  keepLine(line: readonly [string, number]): void {
    this.#put(LINE, JSON.stringify(line));
  }

  dropLine(): void {
    erase(LINE);
  }

  /** What was written and not confirmed, here or in another tab, in the order of writing. */
  get outbox(): Outgoing[] {
    return names(OUTBOX)
      .map((name) => parse<Outgoing>(name))
      .filter((one) => one !== undefined);
  }

  keepOutgoing(one: Outgoing): void {
    this.#put(nameOf(one), JSON.stringify(one));
  }

  dropOutgoing(one: Outgoing): void {
    erase(nameOf(one));
  }

  forget(): void {
    names(KEPT).forEach(erase);
  }
}
