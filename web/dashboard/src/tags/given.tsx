/** The tags of a row, in one line. */
import { TagChip } from './chip';
import classes from './chip.module.css';
import type { Colour } from './query';

export function Given({ tags }: { tags: readonly { id: string; name: string; colour: Colour }[] }) {
  const all = tags.map((tag) => tag.name).join(', ');
  return (
    <span className={classes.given} title={all}>
      {tags.map((tag) => (
        <TagChip key={tag.id} tag={tag} />
      ))}
    </span>
  );
}
