/** Files: those of a message, and those chosen for the next one. */
import { Component, Fragment, h } from 'preact';
import type { Shown } from '../parts';
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

class Attached extends Component<Shown & { file: SentFile }, { isLost?: boolean }> {
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

  render({ file, acts, state: { words } }: Shown & { file: SentFile }) {
    const { width, height, name } = file;
    const isPicture = width && height && file.media_type.startsWith('image/');
    const part = isPicture ? Math.min(1, WIDEST / width, HIGHEST / height) : 0;
    const chip = (
      <span class="file">
        <Icon of={this.state.isLost ? 'alert' : 'file'} />
        <span>
          <b dir="auto">{name}</b>
          <small>{size(words, file.size)}</small>
        </span>
      </span>
    );
    return (
      <button
        type="button"
        class="plain"
        aria-label={fill(words.download, { name })}
        onClick={this.#download}
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
