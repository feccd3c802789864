/** The words that the first rows need: English ones are here, others are fetched. */
import { column, contacts, kind, pick, time, unknown, value } from '../text/en.json';
import type { Language } from '../text/language';

const ENGLISH = { column, contacts, kind, pick, time, unknown, value };
export type Words = typeof ENGLISH;

/** `files`: language -> the file of its words. */
export async function wordsIn(language: Language, files: DOMStringMap): Promise<Words> {
  const file = files[language];
  if (!file) return ENGLISH;
  return (await import(/* @vite-ignore */ file)).default;
}
