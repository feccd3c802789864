/** The words on the screen, by language. English is the source; the other files have its keys. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';

export const LANGUAGES = { en: 'English', it: 'Italiano' } as const;
export type Language = keyof typeof LANGUAGES;
const KEPT = 'openbook.language';

function preferred(): Language {
  const kept = localStorage.getItem(KEPT);
  const asked = [kept, ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return asked.find((tag): tag is Language => tag !== undefined && tag !== null && tag in LANGUAGES) ?? 'en';
}

/** Every language but English is loaded when somebody reads it. */
const others: Record<Exclude<Language, 'en'>, () => Promise<{ default: object }>> = {
  it: () => import('./it.json'),
};

export const text = i18next.use(initReactI18next).use({
  type: 'backend' as const,
  read: (language: string, _: string, done: (error: unknown, words: object | null) => void) => {
    others[language as keyof typeof others]?.().then((found) => done(null, found.default), (error) => done(error, null));
  },
});
void text.init({
  lng: preferred(),
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  partialBundledLanguages: true,
  interpolation: { escapeValue: false }, // React escapes
  returnNull: false,
});
document.documentElement.lang = text.language;

export function choose(language: Language): void {
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
  void text.changeLanguage(language);
}
