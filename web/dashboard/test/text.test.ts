/** Every language has every word, with the same blanks to fill in, and every word asked for exists. */
import { expect, test } from 'vitest';

function flat(words: object, before = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === 'string' ? [[before + key, value]] : Object.entries(flat(value, `${before}${key}.`)),
    ),
  );
}

const files = import.meta.glob<object>('../src/{text,*/words}/*.json', { import: 'default', eager: true });

/** All words of a language; a key in two files would show whichever was loaded last. */
function wordsOf(language: string): Record<string, string> {
  const all = Object.entries(files).flatMap(([path, words]) => (path.endsWith(`/${language}.json`) ? Object.entries(flat(words)) : []));
  expect(all.map(([key]) => key).filter((key, at, keys) => keys.indexOf(key) !== at)).toEqual([]);
  return Object.fromEntries(all);
}

const english = wordsOf('en');
const italianWords = wordsOf('it');
const blanks = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(([blank]) => blank).sort();

test('Italian has the words that English has', () => {
  expect(Object.keys(italianWords).sort()).toEqual(Object.keys(english).sort());
});

test.each(Object.entries(italianWords))('%s has the same blanks in both', (key, italian) => {
  expect(blanks(italian)).toEqual(blanks(english[key]!));
});

test('every word that a screen names is there', () => {
  const sources = import.meta.glob<string>('../src/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
  const named = Object.values(sources).flatMap((text) =>
    [...text.matchAll(/\b(?:t|word)\(\s*'([\w.]+)'/g)].map(([, key]) => key!),
  );
  const missing = named.filter((key) => !(key in english) && !(`${key}_other` in english));
  expect(named.length).toBeGreaterThan(50);
  expect(missing).toEqual([]);
});
