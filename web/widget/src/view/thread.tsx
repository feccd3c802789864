/** One conversation: what was said, what is on its way, and where one writes. */
import { Component, createRef, h } from 'preact';
import { hasEarlier, NOTHING } from '../merge';
import type { Outgoing } from '../outbox';
import type { Shown } from '../state';
import type { SentFile, Message } from '../wire';
import { fill } from '../words';
import { Composer } from './composer';
import { Icon } from './icon';
import { Letters } from './person';
import { Privacy } from './privacy';
import { Text } from './text';
import { clock, day, exact } from './time';

/** Messages of one side within so many seconds stand together. */
const TOGETHER_S = 300;
/** Nearer to the end than this, what is new is scrolled to. */
const NEAR_PX = 80;

export class ThreadView extends Component<Shown> {
  readonly #scroll = createRef<HTMLDivElement>();
  #isAtEnd = true;
  #height = 0;
  #first = 0;
  #sent = 0;

  componentDidMount(): void {
    this.componentDidUpdate();
  }

  componentDidUpdate(): void {
    const box = this.#scroll.current!;
    const { c, threads, outbox } = this.props.state;
    const first = threads[c!]?.messages[0]?.seq || 0;
    // What was loaded above does not move what is being read; what I write is always seen.
    if (first < this.#first) box.scrollTop += box.scrollHeight - this.#height;
    else if (this.#isAtEnd || outbox.length > this.#sent) box.scrollTop = box.scrollHeight;
    this.#sent = outbox.length;
    this.#first = first;
    this.#height = box.scrollHeight;
  }

  render(shown: Shown) {
    const { state, acts } = shown;
    const { words, settings, c, heads, outbox, typing, parts, email } = state;
    const thread = state.threads[c!] || NOTHING;
    const { messages } = thread;
    const waiting = outbox.filter((one) => one.c === c);
    const head = heads.find(({ id }) => id === c);
    const isNew = !messages.length && !waiting.length && !head;
    const isComing = !!head && !messages.length;
    const { greeting, about, questions, ask, open } = settings!;
    const hasQuestions = isNew && questions.length > 0;
    const isWanted = ask === 'always' || (ask === 'offline' && !open);
    const hasEmail = !isNew && (email === 'given' || (isWanted && email === 'open'));
    if (hasQuestions || hasEmail) acts.wantParts();
    return (
      <div class="body">
        <div
          class="scroll"
          ref={this.#scroll}
          onScroll={({ currentTarget: box }) => {
            this.#isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
          }}
          tabIndex={0}
          role="log"
          aria-label={words.log}
          aria-live={isComing ? 'off' : 'polite'}
        >
          {isNew && (
            <div class="hello">
              <h2 dir="auto">{greeting}</h2>
              <p dir="auto">{about}</p>
            </div>
          )}
          {hasQuestions && parts && <parts.Questions {...shown} />}
          {isComing && <Skeleton />}
          {hasEarlier(thread) && (
            <button type="button" class="link earlier" onClick={async () => (await acts.talk()).hearing.earlier(c!)}>
              {words.earlier}
            </button>
          )}
          {messages.map((message, at) => (
            <Said key={message.cid || message.id} of={message} before={messages[at - 1]} after={messages[at + 1]} {...shown} />
          ))}
          {waiting.map((one) => (
            <Waiting key={one.cid} of={one} {...shown} />
          ))}
          {head?.status === 'closed' && !waiting.length && <p class="event">{words.closed}</p>}
          {hasEmail && parts && <parts.Email {...shown} />}
          {typing?.c === c && (
            <p class="typing">
              <i />
              <i />
              <i />
              <span class="hush">{fill(words.typing, { name: typing?.name || settings!.name })}</span>
            </p>
          )}
        </div>
        {!state.isUp && (
          <p class="bar" role="status">
            {words.offline}
          </p>
        )}
        <div class="foot">
          <Composer {...shown} />
          {isNew && <Privacy {...shown} />}
        </div>
      </div>
    );
  }
}

export const Skeleton = () => (
  <div class="skeleton" aria-hidden="true">
    <i />
    <i />
    <i />
  </div>
);

const isTogether = (one: Message | undefined, other: Message | undefined): boolean =>
  one?.kind === 'message' &&
  other?.kind === 'message' &&
  one.from === other.from &&
  one.name === other.name &&
  Math.abs(other.created_at - one.created_at) < TOGETHER_S;

function Bubble({ who, text, files, ...shown }: Shown & { who: string; text: string; files: readonly SentFile[] }) {
  const { parts } = shown.state;
  if (files.length) shown.acts.wantParts();
  return (
    <div class="bubble">
      <span class="hush">{who}: </span>
      {text && <Text of={text} />}
      {files.length > 0 && parts && <parts.Files of={files} {...shown} />}
    </div>
  );
}

interface SaidProps extends Shown {
  readonly of: Message;
  readonly before: Message | undefined;
  readonly after: Message | undefined;
}

function Said({ of, before, after, ...shown }: SaidProps) {
  const { words, settings, heads, c } = shown.state;
  const { created_at: at, kind, from, seq } = of;
  const today = day(words, at);
  const heading = (!before || day(words, before.created_at) !== today) && <p class="day">{today}</p>;
  if (kind === 'event')
    return (
      <div>
        {heading}
        {of.event?.name === 'reopened' && <p class="event">{words.reopened}</p>}
        {of.event?.lines && (
          <dl class="answers">
            {of.event.lines.map(([asked, answer]) => (
              <div>
                <dt dir="auto">{asked}</dt>
                <dd dir="auto">{answer}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    );
  const side = from === 'contact' ? 'mine' : 'theirs';
  const isMine = side === 'mine';
  const isLast = !isTogether(of, after);
  const name = of.name || settings!.name;
  const seen = (heads.find(({ id }) => id === c)?.team_read_seq ?? 0) >= seq;
  return (
    <div>
      {heading}
      <div class={`said ${side}`}>
        {!isMine && (isLast ? <Letters of={of.initials || name} /> : <span class="gap" />)}
        <Bubble who={isMine ? words.you : name} text={of.text} files={of.files} {...shown} />
      </div>
      {isLast && (
        <p class={`mark ${side}`}>
          {!isMine && `${name} · `}
          <time title={exact(words, at)}>{clock(words, at)}</time>
          {isMine && !after && (
            <span>
              <Icon of={seen ? 'checks' : 'check'} />
              {seen ? words.seen : words.sent}
            </span>
          )}
        </p>
      )}
    </div>
  );
}

function Waiting({ of, ...shown }: Shown & { of: Outgoing }) {
  const { text, files, refused } = of;
  const { words, isUp, parts } = shown.state;
  if (refused) shown.acts.wantParts();
  return (
    <div>
      <div class="said mine waiting">
        <Bubble who={words.you} text={text} files={files} {...shown} />
      </div>
      <p class={refused ? 'mark mine bad' : 'mark mine'}>
        <Icon of={refused ? 'alert' : 'clock'} />
        {refused ? words.refused : isUp ? words.sending : words.waiting}
        {refused && parts && <parts.Refused of={of} {...shown} />}
      </p>
    </div>
  );
}
