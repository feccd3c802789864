/** The words of the chat in the visitor's language, each language a small file of its own. */
import type english from './words/en.json';

export type Words = Readonly<Record<keyof typeof english, string>> & {
  readonly language: string;
  /** The same with the visitor's country, where the browser names one: for times and numbers. */
  readonly locale: string;
};

/** Language -> the name of its file under /static. */
declare const __WORDS__: Readonly<Record<string, string>>;

export const files = (): readonly string[] => Object.values(__WORDS__);

export const directionOf = (language: string): 'rtl' | 'ltr' => (language === 'ar' ? 'rtl' : 'ltr');

/** The first of the wanted languages that there is, `pt-BR` for `pt` too. */
export function chosen(wanted: readonly (string | undefined)[]): string {
  const languages = wanted.map((tag) => (tag || '').toLowerCase().split(/[-_]/)[0]!);
  return languages.find((language) => __WORDS__[language]) || 'en';
}

export async function fetchWords(host: string, language: string): Promise<Words> {
  const { default: words } = await import(`${host}/static/${__WORDS__[language]}`);
  const locale = navigator.languages.find((tag) => tag.startsWith(language)) || language;
  return { ...words, language, locale };
}

/** `{name}` and the like, filled in. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name) => `${values[name] ?? ''}`);
