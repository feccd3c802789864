/** What is drawn on the page: the panel, the news above the button, the number on it. */
import { Component, createRef, h } from 'preact';
import { unreadOf } from '../merge';
import type { Shown } from '../state';
import { directionOf } from '../words';
import { attach, isTouched } from './composer';
import { Icon } from './icon';
import { Faces, Letters } from './person';
import { Skeleton, ThreadView } from './thread';
import { back } from './time';

/** As in the style sheet: there, the panel takes the whole screen. */
const SMALL = '(max-width: 480px), (max-height: 480px)';

export function App({ theme, ...shown }: Shown & { theme: string }) {
  const { words, settings, isOpen, isPage, notice, heads } = shown.state;
  const unread = unreadOf(heads);
  return (
    <div
      class={`app ${settings?.position} ${theme}`}
      lang={words.language}
      dir={directionOf(words.language)}
    >
      {isOpen && settings && <Panel {...shown} />}
      {!isOpen && notice && settings && <Notice {...shown} />}
      {!isOpen && !isPage && unread > 0 && (
        <span class="badge" aria-hidden="true">
          {unread > 9 ? '9+' : unread}
        </span>
      )}
    </div>
  );
}

function Notice({ state: { notice, words, settings }, acts }: Shown) {
  const name = notice!.with?.name || settings!.name;
  return (
    <div class="notice" role="status">
      <button type="button" class="plain" onClick={() => acts.goTo(notice!.id)}>
        <Letters of={notice!.with?.initials || name} />
        <span>
          <b>
            <bdi>{name}</bdi>
          </b>
          <span dir="auto">{notice!.preview || words.attachment}</span>
        </span>
      </button>
      <button
        type="button"
        class="icon"
        aria-label={words.dismiss}
        onClick={() => acts.set({ notice: undefined })}
      >
        <Icon of="close" />
      </button>
    </div>
  );
}

class Panel extends Component<Shown> {
  readonly #panel = createRef<HTMLDivElement>();
  #focus = 0;

  componentDidMount(): void {
    this.componentDidUpdate();
  }

  componentDidUpdate(): void {
    const { focus } = this.props.state;
    if (focus === this.#focus) return;
    this.#focus = focus;
    // On a touched screen the keyboard would cover what is to be read.
    const panel = this.#panel.current!;
    (isTouched() ? panel : panel.querySelector('textarea') || panel).focus();
  }

  render(shown: Shown) {
    const { state, acts } = shown;
    const { settings, isPage, view, parts, hasMenu, hasPicker } = state;
    const isModal = !isPage && matchMedia(SMALL).matches;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.isComposing) {
        event.stopPropagation();
        if (hasMenu) acts.set({ hasMenu: false });
        else if (hasPicker) acts.pick(false);
        else acts.close();
      }
      if (event.key === 'Tab' && isModal) hold(event, this.#panel.current!);
    };
    const onDrag = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      if (event.type === 'drop') attach(acts, event.dataTransfer.files);
    };
    const onPaste = (event: ClipboardEvent): void => {
      const files = event.clipboardData?.files;
      if (!files?.length) return;
      event.preventDefault();
      attach(acts, files);
    };
    return (
      <div
        class={isPage ? 'panel page' : 'panel'}
        ref={this.#panel}
        role={isPage ? 'main' : 'dialog'}
        aria-label={settings!.name}
        aria-modal={isModal || undefined}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onDragOver={onDrag}
        onDrop={onDrag}
        onPaste={onPaste}
      >
        <Head {...shown} />
        {hasMenu && parts && <parts.Menu {...shown} />}
        {view === 'thread' ? (
          <ThreadView key={state.focus} {...shown} />
        ) : (
          parts ? (
            <parts.Home {...shown} />
          ) : (
            <div class="body scroll" aria-busy="true">
              <Skeleton />
            </div>
          )
        )}
      </div>
    );
  }
}

/** On a whole screen the keyboard stays in the panel. */
function hold(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = panel.querySelectorAll<HTMLElement>('button,a,input,select,textarea,[tabindex="0"]');
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const at = (panel.getRootNode() as ShadowRoot).activeElement;
  if (event.shiftKey ? at === first || at === panel : at === last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}

function Head(shown: Shown) {
  const { state, acts } = shown;
  const { words, settings, view, heads, c, isPage, hasMenu } = state;
  const { name, open, opens_at, expected_reply: reply } = settings!;
  const isThread = view === 'thread';
  const one = isThread ? heads.find(({ id }) => id === c)?.with : undefined;
  return (
    <div class="top">
      {isThread && heads.length > 0 && (
        <button type="button" class="icon back" aria-label={words.back} title={words.back} onClick={() => acts.goHome()}>
          <Icon of="back" />
          {heads.some(({ id, unread }) => unread && id !== c) && <i class="dot" />}
        </button>
      )}
      <Faces one={one} {...shown} />
      <div class="title">
        <h1>
          <bdi>{one?.name || name}</bdi>
        </h1>
        <p class="status">
          <i class={open ? 'live' : 'away'} />
          {open ? words[`reply_${reply || 'here'}`] : opens_at ? back(words, opens_at) : words.away}
        </p>
      </div>
      <button
        type="button"
        class="icon"
        aria-label={words.options}
        title={words.options}
        aria-expanded={hasMenu}
        onClick={() => {
          acts.wantParts();
          acts.set({ hasMenu: !hasMenu });
        }}
      >
        <Icon of="more" />
      </button>
      {!isPage && (
        <button type="button" class="icon" aria-label={words.close} title={words.close} onClick={() => acts.close()}>
          <Icon of="close" />
        </button>
      )}
    </div>
  );
}
