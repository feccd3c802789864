/** A tag: its word, and a dot in its colour. The word is ink in every colour, so it can be read. */
import { IconX } from '@tabler/icons-react';
import type { Colour } from './query';
import classes from './chip.module.css';

interface Props {
  readonly tag: { readonly name: string; readonly colour: Colour };
  /** What a reader hears of the button that takes it away; without it there is none. */
  readonly away?: string;
  readonly onAway?: () => void;
  readonly title?: string;
}

export function TagChip({ tag, away, onAway, title }: Props) {
  return (
    <span className={classes.chip} title={title}>
      <Dot colour={tag.colour} />
      <span className={classes.word}>{tag.name}</span>
      {onAway && (
        <button type="button" className={classes.away} aria-label={away} onClick={onAway}>
          <IconX size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}

export const Dot = ({ colour }: { colour: Colour }) => <span className={classes.dot} data-colour={colour} aria-hidden />;
