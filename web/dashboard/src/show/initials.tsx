/** A small mark that makes a contact easy to find again: initials on a colour made from its id. */
import classes from './initials.module.css';

const COLOURS = ['blue', 'teal', 'grape', 'orange', 'cyan', 'pink', 'lime', 'violet'];

export function initials(name: string): string {
  const words = name.replace(/@.*/, '').split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '?')][0]?.toUpperCase() ?? '?').join('');
}

export function Initials({ id, name, size = 24 }: { id: string; name: string; size?: number }) {
  const colour = COLOURS[parseInt(id.slice(-2), 16) % COLOURS.length];
  return (
    <span className={classes.mark} style={{ width: size, height: size, fontSize: size / 2.4, background: `var(--mantine-color-${colour}-light)` }} aria-hidden>
      {initials(name)}
    </span>
  );
}
