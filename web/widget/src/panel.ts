/** The panel's beginning: it takes over from the launcher, and fetches what is needed when it is. */
import { read } from '../../sdk/src/storage';
import busyCss from './busy.css';
import { Chat } from './chat';
import { type Call, type Given, KEPT, type Panel, type PanelScript, TOKEN } from './given';
import { unreadOf } from './merge';
import { emptyState, type Happening, NEW, NOBODY, type Parts, type Picker, type Viewer } from './state';
import type * as TalkScript from './talk';
import type * as ViewScript from './view';
import type { Settings, Theme } from './wire';
import { chosen, fetchWords, files, fill } from './words';

/** Names of files under /static. */
declare const __PARTS__: string;
declare const __PICKER__: string;
declare const __POLLING__: string;
declare const __TABS__: string;
declare const __TALK__: string;
declare const __VIEW__: string;
declare const __VIEWER__: string;

/** Names what this panel fetches: another build has other names. */
export const build = [
  __PARTS__, __PICKER__, __POLLING__, __TABS__, __TALK__, __VIEW__, __VIEWER__, ...files(),
].join();

/** What a page may say about the look of its chat. */
interface Options {
  language?: string;
  theme?: Theme;
}

type Listener = (detail?: unknown) => void;

/** A script that is drawn with the view's kit. */
interface Drawn {
  readonly css: string;
}

export function start(given: Given, calls: readonly Call[]): Panel {
  const { root, button, config } = given;
  const { host, key } = config;
  const listeners: Record<string, Listener[]> = {};
  const options: Options = {};
  const waiting: Call[] = [];
  const place = root.appendChild(document.createElement('div'));
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let chat: Chat | undefined;
  let view: typeof ViewScript | undefined;
  const leaving = new AbortController();
  const { signal } = leaving;
  let isDue = false;
  let wasOpen = false;
  let isFailed = false;
  let heir: Panel | undefined;
  let early: Promise<Response> | undefined;

  /**
   * Made once; after a failure the next need tries again, under another address: browsers may keep
   * in mind that the first one failed.
   */
  function once<T>(make: (again: string) => Promise<T>): () => Promise<T> {
    let made: Promise<T> | undefined;
    let again = '';
    return () => {
      made ||= make(again);
      made.catch(() => {
        made = undefined;
        again += '?';
        renew().catch(() => {});
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

  const fetchView = once(async (again) => {
    const script: typeof ViewScript = await import(`${host}/static/${__VIEW__}${again}`);
    dress(script.css);
    view = script;
    draw();
    return script;
  });
  async function fetchDrawn<T extends Drawn>(file: string): Promise<T> {
    const [{ default: make }, { kit }] = await Promise.all([
      import(`${host}/static/${file}`),
      fetchView(),
    ]);
    const drawn: T = make(kit);
    dress(drawn.css);
    return drawn;
  }
  const fetchParts = once((again) => fetchDrawn<Parts>(__PARTS__ + again));
  const fetchPicker = once((again) => fetchDrawn<Picker>(__PICKER__ + again));
  const fetchViewer = once((again) => fetchDrawn<Viewer>(__VIEWER__ + again));
  const fetchScript = (file: string) => once((again) => import(`${host}/static/${file}${again}`));
  const fetchPolling = fetchScript(__POLLING__);
  const fetchTabs = fetchScript(__TABS__);
  const fetchTalk = once(async (again) => {
    const { Talk }: typeof TalkScript = await import(`${host}/static/${__TALK__}${again}`);
    return new Talk(chat!, given);
  });

  /**
   * Something could not be fetched. Where the server was upgraded meanwhile, its files have other
   * names: its newest panel goes on from here, with what lies on the device.
   */
  async function renew(): Promise<void> {
    const address = `${import.meta.url.split('?')[0]}?${Date.now()}`;
    const newest: PanelScript = await import(address);
    const { state, talking } = chat || {};
    // Only the network; or a session in this page's memory, which would be lost.
    if (newest.build === build || heir || (talking?.session.token && !localStorage[TOKEN])) return;
    if (!button) return location.reload();
    leaving.abort();
    talking?.quit();
    place.remove();
    root.adoptedStyleSheets = root.adoptedStyleSheets.slice(0, 1);
    const resumed: Call[] = [];
    if (state?.isOpen) {
      const { c, drafts, outbox } = state;
      const unsaid = talking ? [] : outbox.map(({ text }) => text);
      resumed.push(
        talking && c
          ? ['showConversation', c]
          : ['showNewMessage', [...unsaid, drafts[NEW]].filter(Boolean).join('\n')],
      );
    }
    for (const name in listeners)
      for (const listen of listeners[name]!) resumed.push(['on', name, listen]);
    heir = newest.start(given, [['chat', options], ...waiting, ...resumed]);
  }

  function draw(): void {
    if (isDue || !chat) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      paint(chat!);
    });
  }

  /** What was to be opened is not here: the button says so, and the next click tries again. */
  function failed(): void {
    isFailed = true;
    // Its words may be what is missing: this sign is read in the language of who hears it.
    if (!chat && button) button.ariaLabel = 'Chat ⚠';
    mark(false);
    chat?.close();
  }

  function mark(isBusy: boolean): void {
    if (isBusy) isFailed = false;
    if (!button) return;
    button.ariaBusy = isBusy ? 'true' : null;
    button.className = isFailed ? 'l e' : 'l';
  }

  /** What is called before there is a chat. Who clicks twice since nothing comes wants it open. */
  function keep([name, ...said]: Call): void {
    if (name === 'toggle') name = 'open';
    waiting.push([name, ...said]);
    mark(/open|Mess/.test(name));
  }

  function paint(it: Chat): void {
    const { words, isOpen, settings, heads, notice } = it.state;
    const wanted = options.theme || settings?.theme;
    const theme = wanted === 'dark' || (wanted !== 'light' && dark.matches) ? 'dark' : 'light';
    const unread = unreadOf(heads);
    if (view) view.draw(place, it.state, it, theme);
    else if (isOpen || notice || unread) fetchView().catch(failed);
    mark(isOpen && !(view && settings));
    if (button) {
      button.ariaExpanded = `${isOpen}`;
      const more = unread ? `, ${fill(words.unread, { n: unread })}` : '';
      button.ariaLabel = isOpen ? words.close : isFailed ? words.retry : words.open + more;
      if (wasOpen && !isOpen) button.focus();
    }
    wasOpen = isOpen;
    // The number stands in the title only while nobody looks at the page.
    const title = document.title.replace(/^\(\d+\) /, '');
    const told = unread && document.hidden ? `(${unread}) ${title}` : title;
    if (document.title !== told) document.title = told;
  }

  // The button while what it opens is on its way, and where that could not be had.
  dress(busyCss);
  const colours = dress('');
  calls.forEach(keep);

  const askSettings = (): Promise<Response> => {
    const language = encodeURIComponent(options.language || navigator.language);
    return fetch(`${host}/v1/chat/${key}/config?lang=${language}`, { credentials: 'omit' });
  };

  async function fetchSettings(): Promise<Settings> {
    const asked = early || askSettings();
    early = undefined;
    const settings: Settings = await (await asked).json();
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
    toggle: (it) => (it.state.isOpen && view ? it.close() : it.open()),
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
    if (heir) return heir.call(name as string, ...said);
    if (!chat) {
      keep([name, ...said]);
      return begin().catch(failed);
    }
    try {
      await verbs[name]?.(chat, ...said);
    } catch {
      // No network to fetch a script with: what was wanted is not there.
    }
  }

  const begin = once(async () => {
    for (const [name, wanted] of calls) if (name === 'chat') Object.assign(options, wanted);
    const hasTalked = given.allowed() && read(TOKEN);
    if (!hasTalked) {
      // Somebody is about to open it: all that it takes is asked for at once.
      fetchView().catch(() => {});
      early = askSettings();
      early.catch(() => {});
    }
    const words = await fetchWords(host, chosen([options.language, ...navigator.languages]));
    const fetching = { fetchSettings, fetchParts, fetchPicker, fetchPolling, fetchTabs, fetchTalk, fetchViewer };
    chat = new Chat({ emit, draw, failed, ...fetching }, emptyState(words, host, {
      isPage: !button,
      isLasting: given.allowed(),
    }));
    if (hasTalked) await chat.talk();
    if (!button) chat.open();
    waiting.splice(0).forEach((one) => call(...one));
    draw();
    document.addEventListener('visibilitychange', draw, { signal });
    dark.addEventListener('change', draw, { signal });
    const sendLeft = (): unknown => chat!.state.outbox.length && chat!.talk().catch(() => {});
    addEventListener('online', sendLeft, { signal });
    const changed = ({ key: name }: StorageEvent): void => {
      if (name && !name.startsWith(KEPT)) return;
      if (chat!.talking) chat!.talking.changedElsewhere();
      else if (read(TOKEN)) chat!.talk();
    };
    addEventListener('storage', changed, { signal });
    // The keyboard of a phone covers the page: the panel ends where what is seen ends.
    const seen = window.visualViewport;
    const fit = (): void => place.style.setProperty('--seen', `${seen!.height}px`);
    seen?.addEventListener('resize', fit, { signal });
    if (seen) fit();
  });
  begin().catch(failed);

  return {
    call,
    waits: () =>
      heir
        ? heir.waits()
        : begin().then(async () => (await chat!.talk()).live.start()).catch(() => {}),
    isLive: () => (heir ? heir.isLive() : !!chat?.talking?.session.token),
  };
}
