/** The panel's beginning: it takes over from the launcher, and fetches what is needed when it is. */
import { read } from '../../sdk/src/storage';
import { Chat, type Happening } from './chat';
import { type Call, type Given, KEPT, type Panel, TOKEN } from './given';
import { unreadOf } from './merge';
import type { Parts } from './parts';
import { emptyState, NOBODY } from './state';
import type * as TalkScript from './talk';
import type * as ViewScript from './view';
import type { Settings, Theme } from './wire';
import { chosen, fetchWords, fill } from './words';

/** Names of files under /static. */
declare const __PARTS__: string;
declare const __TALK__: string;
declare const __VIEW__: string;

/** What a page may say about the look of its chat. */
interface Options {
  language?: string;
  theme?: Theme;
}

type Listener = (detail?: unknown) => void;

export function start(given: Given, calls: readonly Call[]): Panel {
  const { root, button, config } = given;
  const { host, key } = config;
  const listeners: Record<string, Listener[]> = {};
  const options: Options = {};
  const waiting: Call[] = [...calls];
  const place = root.appendChild(document.createElement('div'));
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let chat: Chat | undefined;
  let view: typeof ViewScript | undefined;
  let isDue = false;
  let wasOpen = false;

  /** Fetched once; after a failure the next need tries again. */
  function once<T>(make: () => Promise<T>): () => Promise<T> {
    let made: Promise<T> | undefined;
    return () => {
      made ||= make();
      made.catch(() => {
        made = undefined;
      });
      return made;
    };
  }

  function dress(text: string): CSSStyleSheet {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return sheet;
  }

  const fetchView = once(async () => {
    const script: typeof ViewScript = await import(`${host}/static/${__VIEW__}`);
    dress(script.css);
    view = script;
    draw();
    return script;
  });
  const fetchParts = once(async (): Promise<Parts> => {
    const [{ default: make }, { kit }] = await Promise.all([
      import(`${host}/static/${__PARTS__}`),
      fetchView(),
    ]);
    const parts: Parts = make(kit);
    dress(parts.css);
    return parts;
  });
  const fetchTalk = once(async () => {
    const { Talk }: typeof TalkScript = await import(`${host}/static/${__TALK__}`);
    return new Talk(chat!, given);
  });

  function draw(): void {
    if (isDue || !chat) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      paint(chat!);
    });
  }

  function paint(it: Chat): void {
    const { words, isOpen, settings, heads, notice } = it.state;
    const wanted = options.theme || settings?.theme;
    const theme = wanted === 'dark' || (wanted !== 'light' && dark.matches) ? 'dark' : 'light';
    const unread = unreadOf(heads);
    if (view) view.draw(place, it.state, it, theme);
    else if (isOpen || notice || unread) fetchView().catch(() => {});
    if (button) {
      button.ariaExpanded = `${isOpen}`;
      const more = unread ? `, ${fill(words.unread, { n: unread })}` : '';
      button.ariaLabel = isOpen ? words.close : words.open + more;
      if (wasOpen && !isOpen) button.focus();
    }
    wasOpen = isOpen;
    // The number stands in the title only while nobody looks at the page.
    const title = document.title.replace(/^\(\d+\) /, '');
    const told = unread && document.hidden ? `(${unread}) ${title}` : title;
    if (document.title !== told) document.title = told;
  }

  const colours = dress('');

  async function fetchSettings(): Promise<Settings> {
    const language = options.language || navigator.language;
    const answer = await fetch(`${host}/v1/chat/${key}/config?lang=${encodeURIComponent(language)}`, {
      credentials: 'omit',
    });
    const settings: Settings = await answer.json();
    const { colour, ink, position } = settings;
    const other = position === 'left' ? 'right' : 'left';
    colours.replaceSync(
      `:host{--a:${colour}!important;--i:${ink}!important}.l{${position}:20px;${other}:auto}`,
    );
    if (!options.language) await speak(settings.language);
    return settings;
  }

  async function speak(language: string): Promise<void> {
    if (language !== chat!.state.words.language)
      chat!.set({ words: await fetchWords(host, chosen([language])) });
  }

  function emit(name: Happening, detail?: unknown): void {
    for (const listen of listeners[name] || [])
      try {
        listen(detail);
      } catch (error) {
        // The page's own fault: it is told in its own console, and the chat goes on.
        setTimeout(() => {
          throw error;
        });
      }
  }

  const verbs: Record<string, (it: Chat, ...said: any[]) => unknown> = {
    open: (it) => it.open(),
    close: (it) => it.close(),
    toggle: (it) => (it.state.isOpen ? it.close() : it.open()),
    show: () => button && (button.parentElement!.hidden = false),
    hide: (it) => {
      if (button) button.parentElement!.hidden = true;
      it.close();
    },
    showMessages: (it) => {
      it.open();
      it.goHome();
    },
    showNewMessage: (it, text) => it.open(null, 'thread', text),
    // Not a call of pages: a link by mail names a conversation.
    showConversation: (it, c) => it.goTo(c),
    on: (_, name, listen) => (listeners[name] ||= []).push(listen),
    off: (_, name, listen) => {
      listeners[name] = (listeners[name] || []).filter((one) => listen && one !== listen);
    },
    chat: (it, wanted) => {
      const { language } = Object.assign(options, wanted);
      if (language) speak(language).then(() => it.refresh(true));
      draw();
    },
    identify: async (it, ...said) => {
      const token = said.find((one) => one?.token)?.token;
      if (token) (await it.talk()).identify(`${token}`);
    },
    reset: leave,
    logout: leave,
    consent: async (it, answer) => {
      await undefined; // the collector keeps the answer after this call
      const isLasting = answer === 'granted';
      it.set({ isLasting });
      if (!isLasting) leave(it);
      else it.talking?.last();
    },
  };

  function leave(it: Chat): void {
    if (it.talking) it.talking.forget();
    else it.set(NOBODY);
  }

  async function call(...[name, ...said]: Call): Promise<void> {
    if (!chat) return void waiting.push([name, ...said]);
    try {
      await verbs[name]?.(chat, ...said);
    } catch {
      // No network to fetch a script with: what was wanted is not there.
    }
  }

  async function begin(): Promise<void> {
    for (const [name, wanted] of calls) if (name === 'chat') Object.assign(options, wanted);
    const hasTalked = given.allowed() && read(TOKEN);
    if (!hasTalked) fetchView().catch(() => {}); // somebody is about to open it
    const words = await fetchWords(host, chosen([options.language, ...navigator.languages]));
    chat = new Chat({ emit, draw, fetchSettings, fetchParts, fetchTalk }, emptyState(words, host, {
      isPage: !button,
      isLasting: given.allowed(),
    }));
    if (hasTalked) await chat.talk();
    if (!button) chat.open();
    waiting.splice(0).forEach((one) => call(...one));
    draw();
    document.addEventListener('visibilitychange', draw);
    dark.addEventListener('change', draw);
    addEventListener('online', () => chat!.state.outbox.length && chat!.talk().catch(() => {}));
    addEventListener('storage', ({ key: name }) => {
      if (name && !name.startsWith(KEPT)) return;
      if (chat!.talking) chat!.talking.changedElsewhere();
      else if (read(TOKEN)) chat!.talk();
    });
    // The keyboard of a phone covers the page: the panel ends where what is seen ends.
    const seen = window.visualViewport;
    const fit = (): void => place.style.setProperty('--seen', `${seen!.height}px`);
    seen?.addEventListener('resize', fit);
    if (seen) fit();
  }
  const begun = begin();
  begun.catch(() => {});

  return {
    call,
    waits: () =>
      begun.then(async () => (await chat!.talk()).live.start()).catch(() => {}),
    isLive: () => !!chat?.talking?.session.token,
  };
}
