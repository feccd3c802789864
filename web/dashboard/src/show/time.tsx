/** Moments: relative on screen, exact on hover, in the reader's zone. */
import { Tooltip } from '@mantine/core';
import { useContext, useSyncExternalStore } from 'react';
import { exact, localeOf, relative } from './moments';
import { Tipped } from './tipped';
import { useTongue } from './tongue';

export { exact, lasting, localeOf, relative } from './moments';

/** One clock for all moments on the screen, so that they move together and rarely. */
const TICK_MS = 15_000;
let shown = Date.now();
const listeners = new Set<() => void>();
setInterval(() => {
  shown = Date.now();
  listeners.forEach((listen) => listen());
}, TICK_MS);
const subscribe = (listen: () => void) => {
  listeners.add(listen);
  return () => void listeners.delete(listen);
};

/** UNIX seconds of the screen's clock. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => shown) / 1000;

export function Moment({ at }: { at: number }) {
  const { language, word } = useTongue();
  const now = useNow();
  const isTipped = useContext(Tipped);
  const words = relative(at, now, language, word('time.justNow') ?? '');
  const iso = new Date(at * 1000).toISOString();
  if (isTipped) {
    return (
      <time dateTime={iso} data-at-moment={at}>
        {words}
      </time>
    );
  }
  return (
    <Tooltip label={exact(at, language)}>
      <time dateTime={iso}>{words}</time>
    </Tooltip>
  );
}

/** The time on the contact's own clock; null if the zone is none this browser knows. */
export function useClockThere(zone: string | null): string | null {
  const { language } = useTongue();
  const now = useNow();
  if (!zone) return null;
  try {
    return new Date(now * 1000).toLocaleTimeString(localeOf(language), { hour: '2-digit', minute: '2-digit', timeZone: zone });
  } catch {
    return null;
  }
}
