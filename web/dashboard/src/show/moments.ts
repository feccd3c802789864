/** Moments in words: relative to now, exact in the reader's zone, and how long something lasts. */

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600], ['month', 2_629_800], ['week', 604_800], ['day', 86_400], ['hour', 3_600], ['minute', 60],
];

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
  // What is behind is told in full units that passed; of what lies ahead, 71 hours are three days.
  const many = seconds / unit[1];
  return format.format(many > 0 ? Math.round(many) : Math.trunc(many), unit[0]);
}

export function exact(at: number, language: string, zone?: string): string {
  return new Date(at * 1000).toLocaleString(localeOf(language), {
    dateStyle: 'medium',
    timeStyle: 'medium',
    ...(zone ? { timeZone: zone } : {}),
  });
}
