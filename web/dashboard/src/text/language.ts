/** Which languages there are, and which one somebody reads. */

export const LANGUAGES = { en: 'English', it: 'Italiano' } as const;
export type Language = keyof typeof LANGUAGES;
export const KEPT = 'openbook.language';

export function preferred(): Language {
  const kept = localStorage.getItem(KEPT);
  const asked = [kept, ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return asked.find((tag): tag is Language => tag !== undefined && tag !== null && tag in LANGUAGES) ?? 'en';
}
