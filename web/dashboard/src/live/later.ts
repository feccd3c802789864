/** Work that follows news: soon, not more often than is useful, and not while nobody looks. */
import { queries } from '../api';

const SOON_MS = 60;

/** A function that has `work` done shortly, and `every` ms after the last time at the earliest.
 *
 * While the page is hidden it waits until somebody looks, but for what is seen from elsewhere too
 * (`isSeenHidden`: the page's title, say); while a change is being sent it waits for the answer, so
 * that what was there before it is not shown once more. */
export function later(every: number, work: () => Promise<void>, isSeenHidden = false): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let working = false;
  let again = false;
  let worked = 0;
  const run = async () => {
    timer = undefined;
    if (document.hidden && !isSeenHidden) {
      document.addEventListener('visibilitychange', ask, { once: true });
      return;
    }
    if (queries.isMutating()) {
      timer = setTimeout(run, every);
      return;
    }
    working = true;
    try {
      await work();
    } catch {
      // A failure waits: the next news asks for all of it again.
    } finally {
      working = false;
      worked = Date.now();
    }
    if (again) ask();
  };
  function ask(): void {
    again = working;
    if (working || timer !== undefined) return;
    timer = setTimeout(run, Math.max(SOON_MS, worked + every - Date.now()));
  }
  return ask;
}
