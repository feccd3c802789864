/** A small mark that makes a contact easy to find again: initials on a colour made from its id. */
import classes from './initials.module.css';
import { colourOf, initials } from './letters';

export { initials } from './letters';

export function Initials({ id, name, size = 24 }: { id: string; name: string; size?: number }) {
  return (
    <span className={classes.mark} style={{ width: size, height: size, fontSize: size / 2.4, background: colourOf(id) }} aria-hidden>
      {initials(name)}
    </span>
  );
}
