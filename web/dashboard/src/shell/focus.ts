/** Where the focus goes when a dialog is gone: to what was in use before it. Left to themselves, dialogs
 * give it back to the line of the menu that opened them, which is gone by then. */
import { useEffect } from 'react';

const INSIDE = '[role=dialog], [role=menu], [role=listbox]';
/** Mostly longer than it takes to close; so often it is looked again, where a machine is busy. */
const CLOSED_MS = 200;
const TIMES = 20;

export function useFocusKept(): void {
  useEffect(() => {
    let last: HTMLElement | null = null;
    const closing = new AbortController();
    let timer = 0;
    const lookSoon = (times: number) => {
      clearTimeout(timer);
      if (times > 0 && !closing.signal.aborted) timer = window.setTimeout(look, CLOSED_MS, times);
    };
    const look = (times: number) => {
      const now = document.activeElement;
      // It has gone on already.
      if (now && now !== document.body && !now.closest(INSIDE)) return;
      if (document.querySelector(INSIDE)) return lookSoon(times - 1);
      (last?.isConnected ? last : document.getElementById('screen'))?.focus({ preventScroll: true });
    };
    // Whatever is pressed while one is open may close it, also before the focus has come into it.
    const used = () => void (document.querySelector(INSIDE) && lookSoon(TIMES));
    const came = ({ target }: Event) => {
      if (target instanceof HTMLElement && !target.closest(INSIDE)) last = target;
    };
    const { signal } = closing;
    addEventListener('keydown', used, { signal, capture: true });
    addEventListener('click', used, { signal, capture: true });
    addEventListener('focusin', came, { signal });
    return () => {
      closing.abort();
      clearTimeout(timer);
    };
  }, []);
}
