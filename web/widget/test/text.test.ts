import { describe, expect, it } from 'vitest';
import { isEmoji, pieces } from '../src/text';

const links = (text: string): string[] => pieces(text).flatMap(({ href }) => href ?? []);

describe('a text', () => {
  it('is the same letters after it was taken apart', () => {
    for (const text of ['', 'a', 'see https://a.test, ok', 'x@y.test!', '(https://a.test/b(c))', 'www.a.test.'])
      expect(pieces(text).map((one) => one.text).join('')).toBe(text);
  });

  it('links addresses without the end of the sentence', () => {
    expect(links('See https://a.test/b?c=1. Or (http://b.test/x), or www.c.test!')).toEqual([
      'https://a.test/b?c=1',
      'http://b.test/x',
      'https://www.c.test/',
    ]);
    expect(links('https://en.test/wiki/Tea_(meal)')).toEqual(['https://en.test/wiki/Tea_(meal)']);
    expect(links('write to ada+1@shop.test.')).toEqual(['mailto:ada+1@shop.test']);
  });

  it('links nothing that could be run', () => {
    for (const text of ['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', '//a.test'])
      expect(links(text)).toEqual([]);
    expect(links('https://"onmouseover=alert(1)')).toEqual([]);
    expect(links('javascript:alert(1)//https://a.test')).toEqual(['https://a.test/']);
  });

  it('is taken apart in a moment however it is made', () => {
    for (const part of ['a', 'a.', 'www.', '@', 'a@', 'http://', '.,;', '('])
      expect(pieces(part.repeat(10_000 / part.length)).length).toBeGreaterThan(0);
  }, 2_000);

  it('of a few emoji and nothing else is shown large', () => {
    expect(['😀', '👍🏽 😀', '❤️'].map(isEmoji)).toEqual([true, true, true]);
    expect(['a😀', '😀😀😀😀', '', '1', 'ok'].map(isEmoji)).toEqual([false, false, false, false, false]);
  });
});
