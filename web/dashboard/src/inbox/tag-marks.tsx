/** The tags of a conversation: a colour and its word. */
import { Dot } from '../tags/chip';
import type { Tag } from '../tags/query';
import classes from './tag-marks.module.css';

/** The tags that a row has room for. */
const SHOWN = 2;

export function TagMarks({ ids, tags, most = SHOWN }: { ids: readonly string[]; tags: readonly Tag[]; most?: number }) {
  const found = tags.filter((tag) => ids.includes(tag.id));
  const rest = found.slice(most);
  return (
    <>
      {found.slice(0, most).map((tag) => (
        <span key={tag.id} className={classes.tag}>
          <Dot colour={tag.colour} />
          {tag.name}
        </span>
      ))}
      {rest.length > 0 && <span title={rest.map((tag) => tag.name).join(', ')}>+{rest.length}</span>}
    </>
  );
}
