/** The chat in front of a person: what is shown, and what follows from their doing. */
import { randomId } from '../../sdk/src/identity';
import { unreadOf } from './merge';
import { add, freshName, isFresh } from './outbox';
import type * as Polling from './polling';
import {
  type Acts, type Change, type Happening, NEW, type Parts, type Picker, type State, type Talking, type Viewer,
} from './state';
import type * as TabsScript from './tabs';
import type { Settings } from './wire';

/** What the chat needs of what is around it. */
export interface Surroundings {
  emit(name: Happening, detail?: unknown): void;
  /** Draws what is new, soon. */
  draw(): void;
  /** What was to be opened is not here. */
  failed(): void;
  /** The settings, in the language that the visitor reads. */
  fetchSettings(): Promise<Settings>;
  fetchParts(): Promise<Parts>;
  fetchPicker(): Promise<Picker>;
  fetchPolling(): Promise<typeof Polling>;
  fetchTabs(): Promise<typeof TabsScript>;
  fetchViewer(): Promise<Viewer>;
  /** What speaks with the server about this person: needed once there is something to say. */
  fetchTalk(): Promise<Talking>;
}

const SETTINGS_MS = 60_000;
const LONGEST = 10_000;

export class Chat implements Acts {
  state: State;
  readonly around: Surroundings;
  /** There once it has been fetched. */
  talking: Talking | undefined;
  #settingsAt = 0;

  constructor(around: Surroundings, state: State) {
    this.around = around;
    this.state = state;
  }

  set(change: Change): void {
    const before = unreadOf(this.state.heads);
    this.state = { ...this.state, ...change };
    const unread = unreadOf(this.state.heads);
    if (unread !== before) this.around.emit('unread', unread);
    this.around.draw();
    this.talking?.keepSoon();
  }

  async talk(): Promise<Talking> {
    return (this.talking ||= await this.around.fetchTalk());
  }

  /** By hand: the keyboard goes along. Without a place, what is unread or was last in front. */
  open(c?: string | null, view?: State['view'], text?: unknown): void {
    const { heads, isOpen, outbox, focus } = this.state;
    const isGuess = c === undefined;
    if (isGuess && !isOpen) {
      const begun = outbox.find((one) => isFresh(one.c));
      c = (heads.find(({ unread }) => unread)?.id ?? begun?.c ?? heads[0]?.id) || null;
      view ??= 'thread';
    }
    this.set({
      isOpen: true,
      notice: undefined,
      isGuess,
      focus: focus + 1,
      ...(c !== undefined && { c, chosen: [], trouble: undefined }),
      ...(view && { view }),
    });
    if (text) this.draft(`${text}`);
    if (!isOpen) this.around.emit('open');
    this.refresh();
    this.talking?.hearing.front();
  }

  close(): void {
    if (!this.state.isOpen || this.state.isPage) return;
    this.set({ isOpen: false, hasMenu: false });
    this.around.emit('close');
  }

  goHome(): void {
    this.wantParts();
    this.set({ view: 'home' });
  }

  goTo(c: string | null): void {
    this.open(c, 'thread');
  }

  wantParts(): Promise<Parts> {
    const coming = this.around.fetchParts();
    // Most only want them to come some time: without a network, the next need asks again.
    coming.then((parts) => this.state.parts || this.set({ parts }), () => {});
    return coming;
  }

  /** Emoji to choose from, or no more. */
  async pick(hasPicker: boolean): Promise<void> {
    this.set({ hasPicker });
    try {
      if (hasPicker) this.set({ picker: await this.around.fetchPicker() });
    } catch {
      this.set({ hasPicker: false });
    }
  }

  /** The settings anew, if those that are here are old. */
  async refresh(isWanted?: boolean): Promise<void> {
    const now = Date.now();
    if (!isWanted && now - this.#settingsAt < SETTINGS_MS) return;
    this.#settingsAt = now;
    try {
      this.set({ settings: await this.around.fetchSettings() });
    } catch {
      this.#settingsAt = 0;
      if (!this.state.settings) this.around.failed();
    }
  }

  draft(text: string): void {
    const { c, drafts } = this.state;
    this.set({ drafts: { ...drafts, [c ?? NEW]: text.slice(0, LONGEST) } });
    this.#withTalk((talk) => text && talk.types(c));
  }

  /** A conversation that the server has named: whoever has it in front keeps it, and what they type meanwhile. */
  rename(from: string, to: string): void {
    const { c, drafts } = this.state;
    const { [from]: text, ...others } = drafts;
    this.set({ c: c === from ? to : c, drafts: text ? { ...others, [to]: text } : others });
  }

  /** Without a network its script may not come; what was written waits for it. */
  #withTalk(act: (talk: Talking) => unknown): void {
    this.talk().then(act, () => this.set({ isUp: false }));
  }

  /** Sends the draft in front and its files, if all that has to be there is. */
  send(): void {
    const { c, drafts, chosen, answers, settings, parts, outbox } = this.state;
    const text = (drafts[c ?? NEW] || '').trim();
    const files = chosen.flatMap(({ sent }) => sent ?? []);
    const isAsked = !c && settings!.questions.length > 0;
    const isAnswered = settings!.questions.every((one) => parts && !parts.lacks(one, answers[one.id]));
    if ((!text && !files.length) || files.length < chosen.length) return;
    if (isAsked && !isAnswered) return this.set({ isChecked: true });
    const cid = randomId();
    const at = Date.now() / 1000;
    const one = { cid, c: c ?? freshName(cid), text, files, answers: isAsked ? answers : undefined, at };
    this.set({
      outbox: add(outbox, one),
      c: one.c,
      drafts: { ...drafts, [c ?? NEW]: '' },
      chosen: [],
      hasPicker: false,
      answers: {},
      isChecked: false,
    });
    if (!c) this.around.emit('conversation');
    this.#withTalk((talk) => talk.sent(one));
  }
}
