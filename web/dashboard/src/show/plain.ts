/** Values of the catalogue as text. */
import type { Field } from '../../../client/src';

export const isUnknown = (value: unknown): boolean => value === null || value === undefined || value === '';

/** A value that is known, and is no moment. */
export function plain({ type }: Pick<Field, 'type'>, value: unknown, language: string, words: { readonly yes: string; readonly no: string }): string {
  if (type === 'flag') return value ? words.yes : words.no;
  if (type === 'number' || type === 'integer') return (value as number).toLocaleString(language);
  if (type === 'map') {
    const pairs = Object.entries(value as Record<string, string>);
    return pairs.map(([key, told]) => `${key} ${told}`).join(' · ');
  }
  return String(value);
}

/** The path of a page: its host is the same on most rows. */
export function withoutHost(url: string): string {
  try {
    const { pathname, search } = new URL(url);
    return pathname + search;
  } catch {
    return url;
  }
}
