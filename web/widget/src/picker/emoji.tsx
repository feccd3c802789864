/** A field of emoji: a click puts one in, arrows walk, what was chosen lately stands first. */
import { Component, createRef, h } from 'preact';
import type { Shown } from '../state';
import { LIST } from './list';

const COLUMNS = 8;
const RECENT = 8;
/** How far a key goes; left and right turn with the way of reading. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: COLUMNS,
  ArrowUp: -COLUMNS,
  PageDown: 4 * COLUMNS,
  PageUp: -4 * COLUMNS,
  Home: -Infinity,
  End: Infinity,
};

interface Props extends Shown {
  readonly put: (emoji: string) => void;
}

export class Emoji extends Component<Props, { at: number }> {
  state = { at: 0 };
  readonly #field = createRef<HTMLDivElement>();
  /** As they were when it was opened: what is chosen now moves nothing under the pointer. */
  readonly #all: readonly string[] = [
    ...this.props.state.recent,
    ...LIST.filter((one) => !this.props.state.recent.includes(one)),
  ];

  componentDidMount(): void {
    this.#focus(0);
  }

  /** However it closes, one writes on. */
  componentWillUnmount(): void {
    this.#field.current!.closest('form')!.querySelector('textarea')!.focus();
  }

  #focus(at: number): void {
    this.setState({ at });
    (this.#field.current!.children[at] as HTMLElement).focus();
  }

  readonly #walk = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const isTurned = step * step === 1 && getComputedStyle(this.#field.current!).direction === 'rtl';
    const to = this.state.at + (isTurned ? -step : step);
    this.#focus(Math.max(0, Math.min(this.#all.length - 1, to)));
  };

  readonly #choose = (one: string, isMore: boolean): void => {
    const { acts, put, state: { recent } } = this.props;
    acts.set({ recent: [one, ...recent.filter((other) => other !== one)].slice(0, RECENT) });
    put(one);
    if (!isMore) acts.pick(false);
  };

  render({ state: { words } }: Props, { at }: { at: number }) {
    return (
      <div class="emoji" ref={this.#field} role="group" aria-label={words.emoji} onKeyDown={this.#walk}>
        {this.#all.map((one, index) => (
          <button
            type="button"
            tabIndex={index === at ? 0 : -1}
            onClick={({ shiftKey }) => this.#choose(one, shiftKey)}
          >
            {one}
          </button>
        ))}
      </div>
    );
  }
}
