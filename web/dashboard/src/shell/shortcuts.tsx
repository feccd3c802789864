/** Keys: what the screen in front can do by one, and one listener for all.
 *
 * Single keys do nothing while somebody types, and can be switched off (WCAG 2.1.4).
 */
import { createContext, type ReactNode, useEffect, useRef } from 'react';
import { useKept } from '../contacts/kept';

interface Shortcut {
  readonly keys: string;
  readonly about: string;
  readonly act: () => void;
  /** The frame's own: a screen may have another use for the key. */
  readonly isEverywhere: boolean;
}

/** The newest entry of a key wins: a dialog in front takes it from the screen behind. */
const active: Shortcut[] = [];
export const Switched = createContext<{ on: boolean; set: (on: boolean) => void }>({ on: true, set: () => {} });
const PREFIX_MS = 1_000;

/** `keys`: one key, or two after each other as in `g c`. */
export function useShortcut(keys: string, about: string, act: () => void, isEverywhere = false): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const entry: Shortcut = { keys, about, act: () => latest.current(), isEverywhere };
    active.push(entry);
    return () => void active.splice(active.indexOf(entry), 1);
  }, [keys, about, isEverywhere]);
}

/** What a key does now: the newest entry of the screen, else the frame's. */
function meant(keys: string): Shortcut | undefined {
  return active.findLast((one) => one.keys === keys && !one.isEverywhere) ?? active.findLast((one) => one.keys === keys);
}

/** Every key that does something now, once. */
export const listed = (): readonly Shortcut[] => [...new Set(active.map((one) => one.keys))].flatMap((keys) => meant(keys) ?? []);

export function Keys({ children }: { children: ReactNode }) {
  const [on, set] = useKept('shortcuts', true);
  useEffect(() => {
    let before = '';
    let since = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event)) return;
      if (!on && event.key.length === 1) return;
      const now = performance.now();
      const both = now - since < PREFIX_MS ? `${before} ${event.key}` : '';
      const found = meant(both) ?? meant(event.key);
      before = event.key;
      since = now;
      if (!found) return;
      event.preventDefault();
      before = '';
      found.act();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [on]);
  return <Switched.Provider value={{ on, set }}>{children}</Switched.Provider>;
}

/** Whether the key belongs to what has the focus: a text, a button that Enter presses, a dialog. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (target.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=menu]')) return true;
  return event.key === 'Enter' && target.closest('a, button, input') !== null;
}
