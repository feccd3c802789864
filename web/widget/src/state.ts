/** All that the chat shows at a moment, and what a person can do with it. */
import type { Thread } from './merge';
import type { Outbox } from './outbox';
import type { Parts, Picker } from './parts';
import type { Head, SentFile, Settings } from './wire';
import type { Talk } from './talk';
import type { Words } from './words';

/** A file that was chosen for the next message. */
export interface Chosen {
  readonly key: number;
  readonly name: string;
  /** How much of it is on the server, 0 to 1. */
  readonly part: number;
  readonly sent?: SentFile;
  readonly stop: AbortController;
}

export interface State {
  readonly words: Words;
  /** Where openbook is. */
  readonly host: string;
  readonly settings: Settings | undefined;
  /** What is not needed to begin is fetched when it is. */
  readonly parts: Parts | undefined;
  readonly picker: Picker | undefined;
  /** It is the whole page: no button, no closing. */
  readonly isPage: boolean;
  readonly isOpen: boolean;
  readonly view: 'home' | 'thread';
  /** The conversation in front; null: one that has not begun. */
  readonly c: string | null;
  /** Nobody has chosen what is in front: the latest comes there once it is known. */
  readonly isGuess: boolean;
  readonly heads: readonly Head[];
  readonly threads: Readonly<Record<string, Thread>>;
  readonly outbox: Outbox;
  /** Is the server within reach? */
  readonly isUp: boolean;
  readonly typing: { readonly c: string; readonly name: string } | undefined;
  readonly drafts: Readonly<Record<string, string>>;
  readonly chosen: readonly Chosen[];
  /** What went wrong with a file, in words. */
  readonly trouble: string | undefined;
  /** Answers to what is asked before the first message; `checked`: some may be missing. */
  readonly answers: Readonly<Record<string, string>>;
  readonly isChecked: boolean;
  /** An e-mail address: known to the team, not yet, given just now, or not wanted. */
  readonly email: 'known' | 'open' | 'given' | 'declined';
  /** What came in while the chat was closed. */
  readonly notice: Head | undefined;
  readonly hasMenu: boolean;
  readonly hasPicker: boolean;
  /** Emoji that were chosen, the latest first. */
  readonly recent: readonly string[];
  readonly sound: boolean;
  /** False: what is written here is forgotten when the page closes. */
  readonly isLasting: boolean;
  /** Counts the openings by hand: each takes the keyboard along. */
  readonly focus: number;
}

export type Change = Partial<State>;

export interface Acts {
  set(change: Change): void;
  close(): void;
  goHome(): void;
  goTo(c: string | null): void;
  draft(text: string): void;
  send(): void;
  /** Fetches the parts if they are not here. */
  wantParts(): Promise<Parts>;
  pick(hasPicker: boolean): Promise<void>;
  talk(): Promise<Talk>;
}

/** The name of the draft of a conversation that has not begun. */
export const NEW = '';

export const emptyState = (words: Words, host: string, more: Change): State => ({
  words,
  host,
  settings: undefined,
  parts: undefined,
  isPage: false,
  isOpen: false,
  isUp: true,
  hasMenu: false,
  picker: undefined,
  hasPicker: false,
  sound: false,
  isLasting: true,
  focus: 0,
  ...NOBODY,
  ...more,
});

/** What is somebody's own: gone when they go. */
export const NOBODY = {
  heads: [],
  threads: {},
  outbox: [],
  typing: undefined,
  drafts: {},
  recent: [],
  chosen: [],
  trouble: undefined,
  answers: {},
  isChecked: false,
  email: 'open',
  notice: undefined,
  c: null,
  isGuess: true,
  view: 'thread',
} as const;
