/** Pictures drawn on canvases: no policy of the customer's page about images stands in the way. */
import { Component, createRef, h, type VNode } from 'preact';
import type { Acts } from '../state';
import type { SentFile } from '../wire';
import { fetchFile } from './fetching';

/** Twice what is shown, for fine screens. */
const SHARP = 2;

interface Props {
  readonly acts: Acts;
  readonly of: SentFile | string;
  readonly label: string;
  readonly width: number;
  readonly height: number;
  /** What stands there if the picture cannot be had. */
  readonly otherwise: VNode;
}

interface State {
  readonly is: 'coming' | 'there' | 'failed';
}

export class Picture extends Component<Props, State> {
  state: State = { is: 'coming' };
  readonly #canvas = createRef<HTMLCanvasElement>();

  async componentDidMount(): Promise<void> {
    const { acts, of, width, height } = this.props;
    try {
      const bitmap = await createImageBitmap(await fetchFile(acts, of), {
        resizeWidth: width * SHARP,
        resizeHeight: height * SHARP,
        resizeQuality: 'high',
      });
      this.#canvas.current?.getContext('2d')?.drawImage(bitmap, 0, 0);
      this.setState({ is: 'there' });
    } catch {
      this.setState({ is: 'failed' });
    }
  }

  render({ label, width, height, otherwise }: Props, { is }: State) {
    if (is === 'failed') return otherwise;
    return (
      <canvas
        ref={this.#canvas}
        class={is}
        role="img"
        aria-label={label}
        width={width * SHARP}
        height={height * SHARP}
        style={{ width: `${width}px`, aspectRatio: `${width}/${height}` }}
      />
    );
  }
}

const FACE = 36;

export const Avatar = ({ acts, path, otherwise }: { acts: Acts; path: string; otherwise: VNode }) => (
  <Picture key={path} acts={acts} of={path} label="" width={FACE} height={FACE} otherwise={otherwise} />
);
