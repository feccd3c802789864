/** Where the focus goes when a dialog is gone: to what was in use before it. Left to themselves, dialogs
 * give it back to the line of the menu that opened them, which is gone by then. */
import { useEffect } from 'react';

const INSIDE = '[role=dialog], [role=menu], [role=listbox]';
/** Longer than it takes to close; so often it is looked again. */
const CLOSED_MS = 200;
const TIMES = 5;

export function useFocusKept(): void {
  useEffect(() => {
    let last: HTMLElement | null = null;
    const closing = new AbortController();
    const look = (times: number) => {
      if (closing.signal.aborted || document.activeElement !== document.body) return;
      if (document.querySelector(INSIDE)) {
        if (times > 0) setTimeout(look, CLOSED_MS, times - 1);
        return;
      }
      (last?.isConnected ? last : document.getElementById('screen'))?.focus({ preventScroll: true });
    };
    const isInside = ({ target }: Event) => target instanceof Element && target.closest(INSIDE) !== null;
    const used = (event: Event) => void (isInside(event) && setTimeout(look, CLOSED_MS, TIMES));
    const came = (event: Event) => void (isInside(event) || (last = event.target as HTMLElement));
    const { signal } = closing;
    addEventListener('keydown', used, { signal, capture: true });
    addEventListener('click', used, { signal, capture: true });
    addEventListener('focusin', came, { signal });
    return () => closing.abort();
  }, []);
}
