/** Words that are said in fewer where the screen is narrow; whoever hears them hears all of them. */
import classes from './brief.module.css';

export function Brief({ full, brief }: { full: string; brief: string }) {
  return (
    <>
      <span className={classes.full}>{full}</span>
      <span className={classes.brief} aria-hidden>
        {brief}
      </span>
    </>
  );
}
