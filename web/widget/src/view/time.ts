/** Times as people say them, in the visitor's language and zone. Seconds in, texts out. */
import { fill, type Words } from '../words';

const DAY_S = 86_400;
const HOUR = { hour: 'numeric', minute: '2-digit' } as const;

export const format = (words: Words, at: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(words.locale, options).format(at * 1000);

/** The day's beginning here, so that days can be told apart. */
export const dayOf = (at: number): number => new Date(at * 1000).setHours(0, 0, 0, 0) / 1000;

const daysTo = (at: number): number => Math.round((dayOf(at) - dayOf(Date.now() / 1000)) / DAY_S);

export const clock = (words: Words, at: number): string => format(words, at, HOUR);

export const exact = (words: Words, at: number): string =>
  format(words, at, { dateStyle: 'full', timeStyle: 'short' });

/** Which day it is, as a heading between messages: a word, a weekday or a date. */
export const day = (words: Words, at: number): string => {
  const days = daysTo(at);
  if (days > -7) return relative(words, days) || format(words, at, { weekday: 'long' });
  return format(words, at, { dateStyle: 'medium' });
};

const relative = (words: Words, days: number): string =>
  days < -1
    ? ''
    : capital(new Intl.RelativeTimeFormat(words.locale, { numeric: 'auto' }).format(days, 'day'));

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** When somebody is back: the hour, with the day where it is not today. */
export const back = (words: Words, at: number): string => {
  const days = daysTo(at);
  const when = days > 6 ? { day: 'numeric', month: 'long' } : days ? { weekday: 'long' } : {};
  return fill(words.backAt, {
    time: format(words, at, { ...HOUR, ...when } as Intl.DateTimeFormatOptions),
  });
};
