/** Values of the catalogue as text. */
import type { Field } from '../../../client/src';

export const isUnknown = (value: unknown): boolean => value === null || value === undefined || value === '';

/** Kept: to make one costs more than to write a hundred numbers with it. */
const formats = new Map<string, Intl.NumberFormat>();

function figures(language: string): Intl.NumberFormat {
  let format = formats.get(language);
  if (!format) formats.set(language, (format = new Intl.NumberFormat(language)));
  return format;
}

/** A value that is known, and is no moment. `word`: what yes, no and a choice are called. */
export function plain({ type }: Pick<Field, 'type'>, value: unknown, language: string, word: (value: string) => string | null | undefined): string {
  if (type === 'flag') return word(value ? 'yes' : 'no') ?? '';
  if (type === 'choice') return word(String(value)) ?? String(value);
  if (type === 'number' || type === 'integer') return figures(language).format(value as number);
  if (type === 'map') {
    const pairs = Object.entries(value as Record<string, string>);
    return pairs.map(([key, told]) => `${key} ${told}`).join(' · ');
  }
  return String(value);
}

/** The path of a page: its host is the same on most rows. */
export function withoutHost(url: string): string {
  const path = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1];
  if (path === undefined) return url;
  return path.startsWith('/') ? path : `/${path}`;
}
