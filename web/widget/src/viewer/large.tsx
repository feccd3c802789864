/** A picture as large as the screen lets it be, over the whole page: Escape closes it, or a click beside it. */
import { Component, createRef, h } from 'preact';
import { fetchFile } from '../parts/fetching';
import type { LargeProps } from '../state';
import { fill } from '../words';

/** Finer than any screen; more would only take a phone's memory. */
const LONGEST = 4096;

interface State {
  readonly is: 'coming' | 'there' | 'failed';
}

const Drawing = ({ d }: { d: string }) => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d={d} />
  </svg>
);

export class Large extends Component<LargeProps, State> {
  state: State = { is: 'coming' };
  readonly #dialog = createRef<HTMLDialogElement>();
  readonly #canvas = createRef<HTMLCanvasElement>();

  async componentDidMount(): Promise<void> {
    const { acts, file, small } = this.props;
    const canvas = this.#canvas.current!;
    const { width: resizeWidth, height: resizeHeight } = canvas;
    const pen = canvas.getContext('2d')!;
    // The page behind is out of reach meanwhile, and the keyboard goes back where it was: both the browser's doing.
    this.#dialog.current!.showModal();
    pen.drawImage(small, 0, 0, resizeWidth, resizeHeight);
    try {
      const blob = await fetchFile(acts, file);
      const bitmap = await createImageBitmap(blob, { resizeWidth, resizeHeight, resizeQuality: 'high' });
      pen.clearRect(0, 0, resizeWidth, resizeHeight);
      pen.drawImage(bitmap, 0, 0);
      this.setState({ is: 'there' });
    } catch {
      this.setState({ is: 'failed' });
    }
  }

  render({ state: { words }, file, isLost, download, close }: LargeProps, { is }: State) {
    const { name, width, height } = file;
    const part = Math.min(1, LONGEST / Math.max(width!, height!));
    // The web view of an app keeps no file.
    const isInApp = 'openbookApp' in window;
    const save = fill(words.download, { name });
    const shut = (): void => this.#dialog.current?.close();
    return (
      <dialog
        class="viewer"
        ref={this.#dialog}
        aria-label={name}
        onClose={close}
        // Neither the panel nor the page is to take Escape for its own.
        onKeyDown={(event) => event.stopPropagation()}
        onClick={({ target }) => (target as Element).matches('button *,button,canvas') || shut()}
      >
        <div class="above">
          <b dir="auto">{name}</b>
          {!isInApp && (
            <button type="button" class="icon" aria-label={save} title={save} onClick={download}>
              <Drawing d="M12 4v11M7 11l5 5 5-5M5 20h14" />
            </button>
          )}
          <button type="button" class="icon" aria-label={words.shut} title={words.shut} autofocus onClick={shut}>
            <Drawing d="M6 6l12 12M18 6L6 18" />
          </button>
        </div>
        <canvas
          ref={this.#canvas}
          role="img"
          aria-label={fill(words.picture, { name })}
          aria-busy={is === 'coming'}
          width={Math.max(1, Math.round(width! * part))}
          height={Math.max(1, Math.round(height! * part))}
        />
        {(isLost || is === 'failed') && <p role="alert">{fill(words.lost, { name })}</p>}
      </dialog>
    );
  }
}
