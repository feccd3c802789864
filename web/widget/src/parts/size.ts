/** A number of bytes as people say it, in the visitor's language. */
import type { Words } from '../words';

export function size(words: Words, bytes: number): string {
  const [unit, part] = bytes < 1e6 ? (['kilobyte', 1e3] as const) : (['megabyte', 1e6] as const);
  const format = new Intl.NumberFormat(words.locale, {
    style: 'unit',
    unit,
    maximumFractionDigits: 1,
  });
  return format.format(Math.max(0.1, bytes / part));
}
