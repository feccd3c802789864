/** Files: those of a message, and those chosen for the next one. */
import { Component, Fragment, h } from 'preact';
import type { Shown, Viewer } from '../state';
import type { SentFile } from '../wire';
import { fill } from '../words';
import { Icon } from '../view/icon';
import { detach } from './attaching';
import { fetchFile } from './fetching';
import { Picture } from './picture';
import { size } from './size';

const WIDEST = 236;
const HIGHEST = 260;
const HANDED_OVER_MS = 60_000;

export const Files = ({ of, ...shown }: Shown & { of: readonly SentFile[] }) => (
  <Fragment>
    {of.map((file) => (
      <Attached key={file.id} file={file} {...shown} />
    ))}
  </Fragment>
);

interface State {
  readonly isLost?: boolean;
  /** The picture as it is drawn here, while it is shown large; and what does that. */
  readonly small?: HTMLCanvasElement;
  readonly viewer?: Viewer;
}

class Attached extends Component<Shown & { file: SentFile }, State> {
  /** The page never navigates there: the bytes are fetched, and handed to the browser to keep. */
  readonly #download = async (): Promise<void> => {
    const { acts, file } = this.props;
    try {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await fetchFile(acts, file));
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), HANDED_OVER_MS);
      this.setState({ isLost: false });
    } catch {
      this.setState({ isLost: true });
    }
  };

  readonly #enlarge = async ({ currentTarget }: Event): Promise<void> => {
    const small = (currentTarget as Element).querySelector('canvas');
    if (!small) return this.#download();
    try {
      this.setState({ viewer: await this.props.acts.around.fetchViewer(), small });
    } catch {
      this.setState({ isLost: true });
    }
  };
  readonly #close = (): void => this.setState({ small: undefined });

  render({ file, ...shown }: Shown & { file: SentFile }, { isLost, small, viewer }: State) {
    const { acts, state: { words } } = shown;
    const { width, height, name } = file;
    const isPicture = !isLost && width && height && file.media_type.startsWith('image/');
    const part = isPicture ? Math.min(1, WIDEST / width, HIGHEST / height) : 0;
    const chip = (
      <span class="file">
        <Icon of={isLost ? 'alert' : 'file'} />
        <span>
          <b dir="auto">{name}</b>
          <small>{size(words, file.size)}</small>
        </span>
      </span>
    );
    return (
      <Fragment>
        <button
          type="button"
          class="plain"
          aria-label={fill(isPicture ? words.enlarge : words.download, { name })}
          onClick={isPicture ? this.#enlarge : this.#download}
        >
          {isPicture ? (
            <Picture
              acts={acts}
              of={file}
              label={fill(words.picture, { name })}
              width={Math.max(1, Math.round(width * part))}
              height={Math.max(1, Math.round(height! * part))}
              otherwise={chip}
            />
          ) : (
            chip
          )}
        </button>
        {viewer && small && (
          <viewer.Large {...shown} file={file} small={small} isLost={isLost} download={this.#download} close={this.#close} />
        )}
      </Fragment>
    );
  }
}

export const ChosenFiles = ({ state: { chosen, words }, acts }: Shown) => (
  <ul class="chosen">
    {chosen.map(({ key, name, part, sent }) => (
      <li key={key}>
        <Icon of="file" />
        <span dir="auto">{name}</span>
        {!sent && <progress value={part} max={1} aria-label={name} />}
        <button
          type="button"
          class="icon"
          aria-label={fill(words.remove, { name })}
          onClick={async () => detach(await acts.talk(), key)}
        >
          <Icon of="close" />
        </button>
      </li>
    ))}
  </ul>
);
