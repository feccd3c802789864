/** The words on the screen, by language. English is the source; the other files have its keys.
 *
 * What every screen needs is here. A folder with words of its own keeps them in `words/en.json` and
 * `words/it.json`; `wordsOf` brings them, so the first screen does not carry those of all the others.
 */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';
import { KEPT, type Language, LANGUAGES, preferred } from './language';

export { type Language, LANGUAGES, preferred };

type Words = () => Promise<{ default: object }>;
/** Every language but English is loaded when somebody reads it. */
const others: Record<Exclude<Language, 'en'>, Words> = {
  it: () => import('./it.json'),
};
const folders = import.meta.glob<{ default: object }>('../*/words/*.json');
const wanted = new Set<string>();
const loading = new Map<string, Promise<void>>();

export const text = i18next.use(initReactI18next);
void text.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false }, // React escapes
  returnNull: false,
});

/** The words of a folder beside this one, in the language in use: wait for them before showing it. */
export async function wordsOf(folder: string): Promise<void> {
  wanted.add(folder);
  await Promise.all([bring('en', folder), bring(text.language as Language, folder)]);
}

/** Speak a language from now on. */
export async function speak(language: Language): Promise<void> {
  await Promise.all([bring(language, ''), ...[...wanted].map((folder) => bring(language, folder))]);
  document.documentElement.lang = language;
  await text.changeLanguage(language);
}

/** Speak it, and remember that somebody chose it. */
export function choose(language: Language): void {
  localStorage.setItem(KEPT, language);
  void speak(language);
}

function bring(language: Language, folder: string): Promise<void> {
  const load: Words | undefined = folder
    ? folders[`../${folder}/words/${language}.json`]
    : others[language as keyof typeof others];
  if (!load) return Promise.resolve();
  const key = `${folder} ${language}`;
  let known = loading.get(key);
  if (!known) {
    known = load().then(
      (found) => void text.addResourceBundle(language, 'translation', found.default, true),
      (error: unknown) => {
        loading.delete(key); // asked again next time
        throw error;
      },
    );
    loading.set(key, known);
  }
  return known;
}
