/** What a refusal says in another language than English: by its code, which stays the same. The
 * server's own sentence stays where a language has none for it. */
import { text } from '../text';

type Sentences = Readonly<Record<string, string>>;
/** A language's sentences are fetched with the first refusal. */
const languages = import.meta.glob<Sentences>('./*.json', { import: 'default' });

/** `detail`: the server's sentence, which some of ours hand on for what it names. */
export async function said(code: string, detail: string): Promise<string> {
  const sentences = (await languages[`./${text.language}.json`]?.().catch(() => null)) ?? {};
  return sentences[code]?.replace('{{detail}}', () => detail).trim() ?? detail;
}
