/** What the launcher gives to the panel: the collector's memory, and the place on the page. */

/** A call of `openbook(...)` that is the chat's. */
export type Call = [name: string, ...given: unknown[]];

export interface Given {
  /** The public write key, and where openbook is: scheme and host without a trailing slash. */
  readonly config: { readonly key: string; readonly host: string; readonly chat?: Look | null };
  /** May anything be kept on this device? Asked each time: another tab may have answered. */
  allowed(): boolean;
  /** A value that the collector keeps for this browser: `ob_a`, `ob_p`. */
  recall(name: string): string | undefined;
  /** Where the panel is drawn, beside the button. */
  readonly root: ShadowRoot;
  /** What opens and closes the chat; none where the chat is the whole page. */
  readonly button?: HTMLButtonElement;
}

/** How it looks until the settings have been read. */
export interface Look {
  readonly colour: string;
  readonly ink: string;
  readonly position: 'right' | 'left';
}

/** What the panel's script offers. */
export interface Panel {
  /** Takes a call of `openbook(...)`. */
  call(...call: Call): void;
  /** The server says that something unread waits for this browser. */
  waits(): unknown;
  /** Is there a session? Then the panel hears of news by itself. */
  isLive(): boolean;
}

/** What a page's launcher may be years older than: it stays as it is, and only gains. */
export interface PanelScript {
  /** Another text for another build. */
  readonly build: string;
  /** `calls` are those made before; they are done now. */
  start(given: Given, calls: readonly Call[]): Panel;
}

/** Every name under which the chat keeps something begins so. */
export const KEPT = 'ob_h.';
/** The session's token, alone. */
export const TOKEN = `${KEPT}t`;
