/** Moments: relative on screen, exact on hover, in the reader's zone. */
import { Tooltip } from '@mantine/core';
import { useContext, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Tipped } from './tipped';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600], ['month', 2_629_800], ['week', 604_800], ['day', 86_400], ['hour', 3_600], ['minute', 60],
];

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

/** The language as the reader's own region writes it: 14:05 in London, 2:05 PM in Boston. */
export const localeOf = (language: string): string => navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;

/** How long something lasts: "5 min". At least a minute. */
export function lasting(seconds: number, language: string): string {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ['minute', 60];
  return Math.max(1, Math.trunc(seconds / size)).toLocaleString(language, { style: 'unit', unit, unitDisplay: 'short' });
}

/** Kept: to make one costs more than to write a hundred moments with it. */
const formats = new Map<string, Intl.RelativeTimeFormat>();

/** `at`, `now`: UNIX seconds. Under a minute is `justNow`. */
export function relative(at: number, now: number, language: string, justNow: string): string {
  const seconds = at - now;
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  if (!unit) return justNow;
  let format = formats.get(language);
  if (!format) formats.set(language, (format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })));
  return format.format(Math.trunc(seconds / unit[1]), unit[0]);
}

export function exact(at: number, language: string, zone?: string): string {
  return new Date(at * 1000).toLocaleString(localeOf(language), {
    dateStyle: 'medium',
    timeStyle: 'medium',
    ...(zone ? { timeZone: zone } : {}),
  });
}

export function Moment({ at }: { at: number }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const isTipped = useContext(Tipped);
  const words = relative(at, now, i18n.language, t('time.justNow'));
  const iso = new Date(at * 1000).toISOString();
  if (isTipped) {
    return (
      <time dateTime={iso} data-at-moment={at}>
        {words}
      </time>
    );
  }
  return (
    <Tooltip label={exact(at, i18n.language)}>
      <time dateTime={iso}>{words}</time>
    </Tooltip>
  );
}

/** The time on the contact's own clock; null if the zone is none this browser knows. */
export function useClockThere(zone: string | null): string | null {
  const { i18n } = useTranslation();
  const now = useNow();
  if (!zone) return null;
  try {
    return new Date(now * 1000).toLocaleTimeString(localeOf(i18n.language), { hour: '2-digit', minute: '2-digit', timeZone: zone });
  } catch {
    return null;
  }
}
