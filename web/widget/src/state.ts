/** Shapes: all that the chat shows at a moment, what a person can do with it, and what draws it. */
import type { ComponentType, VNode } from 'preact';
import type { Thread } from './merge';
import type { Outbox, Outgoing } from './outbox';
import type { Head, Question, SentFile, Settings } from './wire';
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
  /** What shows a picture large. */
  readonly around: { fetchViewer(): Promise<Viewer> };
  talk(): Promise<Talking>;
}

/** What the page's own code may listen to. */
export type Happening = 'open' | 'close' | 'conversation' | 'message' | 'unread' | 'lead';

/** What speaks with the server, as far as others than itself know it: `talk.ts`. */
export interface Talking {
  readonly chat: {
    readonly state: State;
    readonly around: { emit(name: Happening, detail?: unknown): void };
    set(change: Change): void;
  };
  readonly base: string;
  readonly session: { readonly token: string | undefined; ensure(): Promise<string> };
  readonly hearing: { earlier(c: string): Promise<unknown>; front(): void };
  readonly live: { start(): void };
  ask(path: string, body?: object): Promise<Response>;
  sent(one: Outgoing): void;
  types(c: string | null): void;
  confirmed(cids: ReadonlySet<unknown>): void;
  wake(): void;
  identify(jwt: string): Promise<void>;
  last(): void;
  forget(): void;
  changedElsewhere(): void;
  keepSoon(): void;
  quit(): void;
}

export interface Shown {
  readonly state: State;
  readonly acts: Acts;
}

/**
 * What the panel does without until it is needed: the list of conversations, files, what is asked,
 * the menu, the sound. It travels as one more script, which draws with the panel's Preact.
 */
export interface Parts {
  readonly css: string;
  readonly Home: ComponentType<Shown>;
  readonly Menu: ComponentType<Shown>;
  readonly Questions: ComponentType<Shown>;
  readonly Email: ComponentType<Shown>;
  /** What to do with a message that was refused. */
  readonly Refused: ComponentType<Shown & { readonly of: Outgoing }>;
  /** The files of a message. */
  readonly Files: ComponentType<Shown & { readonly of: readonly SentFile[] }>;
  /** Those that were chosen for the next one. */
  readonly ChosenFiles: ComponentType<Shown>;
  readonly Avatar: ComponentType<{ readonly acts: Acts; readonly path: string; readonly otherwise: VNode }>;
  /** Does this answer keep the first message back? */
  lacks(question: Question, answer: string | undefined): boolean;
  attach(acts: Acts, files: readonly File[]): Promise<void>;
  chime(): void;
}

/** A second such script: emoji to choose from. */
export interface Picker {
  readonly css: string;
  readonly Emoji: ComponentType<Shown & { readonly put: (emoji: string) => void }>;
}

/** What a picture of a message is shown large with. */
export interface LargeProps extends Shown {
  readonly file: SentFile;
  /** How it is drawn in the message: shown until the picture is there. */
  readonly small: HTMLCanvasElement;
  /** Something of it could not be fetched. */
  readonly isLost: boolean | undefined;
  download(): void;
  close(): void;
}

/** A third such script: a picture, large. */
export interface Viewer {
  readonly css: string;
  readonly Large: ComponentType<LargeProps>;
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
