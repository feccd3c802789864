/** The chat as it would look with given settings, for the dashboard: no network, nothing kept. */
import { h, render } from 'preact';
import * as parts from './parts/index';
import css from './view/style.css';
import launcherCss from './launcher.css';
import { type Acts, emptyState, type State } from './state';
import { App } from './view/app';
import type { Head, Message, Settings, Theme } from './wire';
import { chosen, directionOf, fetchWords, type Words } from './words';

export type View = 'home' | 'new' | 'thread' | 'closed';

export interface Wanted extends Settings {
  readonly view?: View;
  readonly theme?: Theme;
}

export interface Preview {
  update(settings: Wanted): void;
  close(): void;
}

const NOW = 1_780_000_000;
const C = 'preview';

/** Shows it in a shadow tree of `element`, which should have the size of a phone or of a page. */
export function preview(element: HTMLElement, first: Wanted): Preview {
  const root = element.shadowRoot || element.attachShadow({ mode: 'open' });
  const [looks, colours, frame] = [new CSSStyleSheet(), new CSSStyleSheet(), new CSSStyleSheet()];
  looks.replaceSync(launcherCss + css + parts.css);
  // What is fixed is fixed to the element, not to the dashboard.
  frame.replaceSync(':host{display:block;position:relative;overflow:hidden;transform:translateZ(0)}.app .panel{height:min(640px,calc(100% - 104px))}');
  root.adoptedStyleSheets = [looks, colours, frame];
  const place = root.appendChild(document.createElement('div'));
  const button = root.appendChild(document.createElement('button'));
  button.className = 'l';
  let wanted = first;
  let words: Words | undefined;
  let view: View = first.view || 'new';

  const show = (next: View): void => {
    view = next;
    draw();
  };
  const nothing = async (): Promise<void> => {};
  const nobody = async (): Promise<never> => {
    throw new Error('Nobody talks in the preview.');
  };
  let draft = '';
  const acts: Acts = {
    set: nothing,
    close: () => show('closed'),
    goHome: () => show('home'),
    goTo: (c) => show(c ? 'thread' : 'new'),
    draft: (text) => {
      draft = text;
    },
    send: () => show('thread'),
    pick: nothing,
    wantParts: async () => parts,
    around: { fetchViewer: nobody },
    talk: nobody,
  };
  button.onclick = () => show(view === 'closed' ? 'new' : 'closed');

  function draw(): void {
    if (!words) return;
    const dark = wanted.theme === 'dark' || (wanted.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
    const state = stateOf(wanted, words, view, draft);
    const { colour, ink, position } = wanted;
    colours.replaceSync(
      `:host{--a:${colour};--i:${ink}}.l{${position}:20px;${position === 'left' ? 'right' : 'left'}:auto}`,
    );
    button.ariaLabel = view === 'closed' ? words.open : words.close;
    button.ariaExpanded = `${view !== 'closed'}`;
    button.dir = directionOf(words.language);
    render(<App state={state} acts={acts} theme={dark ? 'dark' : 'light'} />, place);
  }

  async function speak(): Promise<void> {
    const { language } = wanted;
    words = await fetchWords(new URL(import.meta.url).origin, chosen([language]));
    if (language === wanted.language) draw();
  }
  speak();

  return {
    update(settings) {
      const isOther = settings.language !== wanted.language;
      if (settings.view) view = settings.view;
      wanted = settings;
      if (isOther) speak();
      else draw();
    },
    close() {
      render(null, place);
      place.remove();
      button.remove();
    },
  };
}

function stateOf(settings: Settings, words: Words, view: View, draft: string): State {
  const person = settings.team[0] || null;
  const said = (seq: number, from: Message['from'], text: string): Message => ({
    seq,
    id: `${seq}`,
    from,
    name: from === 'team' ? person?.name : null,
    initials: from === 'team' ? person?.initials : null,
    kind: 'message',
    text,
    files: [],
    created_at: NOW + seq * 60,
  });
  const messages = [said(1, 'contact', '…'), said(2, 'team', settings.greeting)];
  const head: Head = {
    id: C,
    status: 'open',
    seq: 2,
    read_seq: 2,
    received_seq: 2,
    team_read_seq: 1,
    unread: 0,
    preview: settings.greeting,
    last_at: NOW,
    last_from: 'team',
    with: person,
  };
  return emptyState(words, '', {
    settings,
    parts,
    isOpen: view !== 'closed',
    view: view === 'home' ? 'home' : 'thread',
    c: view === 'new' ? null : C,
    heads: view === 'new' ? [] : [head],
    threads: { [C]: { messages } },
    drafts: { '': draft, [C]: draft },
  });
}
