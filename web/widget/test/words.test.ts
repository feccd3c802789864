import { describe, expect, it, vi } from 'vitest';
import { chosen, directionOf, fill } from '../src/words';
import ar from '../src/words/ar.json';
import de from '../src/words/de.json';
import en from '../src/words/en.json';
import es from '../src/words/es.json';
import fr from '../src/words/fr.json';
import it_ from '../src/words/it.json';
import ja from '../src/words/ja.json';
import nl from '../src/words/nl.json';
import pl from '../src/words/pl.json';
import pt from '../src/words/pt.json';

const languages: Record<string, Record<string, string>> = {
  ar, de, en, es, fr, it: it_, ja, nl, pl, pt,
};
vi.stubGlobal('__WORDS__', languages);

const places = (text: string): string[] => (text.match(/\{\w+\}/g) || []).sort();

describe('the words', () => {
  for (const [language, words] of Object.entries(languages)) {
    it(`of ${language} are whole, with the same places to fill`, () => {
      expect(Object.keys(words)).toEqual(Object.keys(en));
      for (const [key, text] of Object.entries(words)) {
        expect(text.trim(), key).not.toBe('');
        expect(places(text), key).toEqual(places(languages.en![key]!));
        expect(text, key).not.toContain('!');
      }
    });
  }

  it('are those of the first language that there is', () => {
    expect(chosen([undefined, 'sv', 'pt-BR', 'it'])).toBe('pt');
    expect(chosen(['zh_CN'])).toBe('en');
    expect([directionOf('ar'), directionOf('it')]).toEqual(['rtl', 'ltr']);
  });

  it('are filled without being looked into', () => {
    expect(fill('{name} is here', { name: '{name}$&' })).toBe('{name}$& is here');
    expect(fill('{gone}', {})).toBe('');
  });
});
