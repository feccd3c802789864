/**
 * What the panel does without until it is needed: the list of conversations, files, what is asked,
 * the menu, the sound. It travels as one more script, which draws with the panel's Preact.
 */
import type { ComponentType, VNode } from 'preact';
import type { Acts, State } from './state';
import type { Outgoing } from './outbox';
import type { Question, SentFile } from './wire';

export interface Shown {
  readonly state: State;
  readonly acts: Acts;
}

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
