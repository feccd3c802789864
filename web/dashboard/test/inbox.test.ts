/** The rules of the inbox: what belongs to a list and where, what becomes a link, when later is. */
import { expect, test } from 'vitest';
import { belongs, readSearch } from '../src/inbox/asked';
import { filled, missingIn } from '../src/inbox/filling';
import { type Loaded, type Row, rowsOf, settled } from '../src/inbox/rows';
import { partsOf } from '../src/inbox/said';
import { laterFrom } from '../src/inbox/snooze-times';
import { begunAt } from '../src/inbox/suggesting';
import { joined } from '../src/inbox/thread';
import type { Conversation, Message } from '../src/inbox/types';

const one = (id: string, last_at: number, more: object = {}) => ({ id, last_at, status: 'open', spam: false, tags: [], assignee: null, contact: { id: 'c' }, ...more }) as unknown as Conversation;
const loaded = (pages: Conversation[][], isMore: boolean): Loaded => ({
  pages: pages.map((conversations, index) => ({ conversations, next_cursor: isMore || index < pages.length - 1 ? `${index}` : null })),
  pageParams: pages.map(() => null),
});
const ids = (list: Loaded) => rowsOf(list).map((row) => row.id).join('');

test('a newcomer goes to its place, and who moved is there once', () => {
  const list = loaded([[one('a', 30), one('b', 20)], [one('c', 10)]], false);
  expect(ids(settled(list, [one('n', 25), one('c', 40)], () => false))).toBe('canb');
});

test('what is older than all that is loaded comes with its page', () => {
  expect(ids(settled(loaded([[one('a', 30), one('b', 20)]], true), [one('o', 5)], () => false))).toBe('ab');
  expect(ids(settled(loaded([[one('a', 30), one('b', 20)]], false), [one('o', 5)], () => false))).toBe('abo');
});

test('who left is taken out, and who came back stays', () => {
  const list = loaded([[one('a', 30, { left: true }), one('b', 20, { left: true })]], false);
  expect(ids(settled(list, [one('b', 20)], (row: Row) => row.left ?? false))).toBe('b');
});

test('spam is in its own view alone, and words are for the server to tell', () => {
  expect(belongs(one('a', 1, { spam: true }), { view: 'open' }, 'me')).toBe(false);
  expect(belongs(one('a', 1, { spam: true }), { view: 'spam' }, 'me')).toBe(true);
  expect(belongs(one('a', 1, { assignee: { id: 'me', name: 'Me' } }), { view: 'mine' }, 'me')).toBe(true);
  expect(belongs(one('a', 1), { view: 'mine' }, 'me')).toBe(false);
  expect(belongs(one('a', 1), { view: 'open', tag: 't' }, 'me')).toBe(false);
  expect(belongs(one('a', 1), { view: 'open', q: 'tea' }, 'me')).toBe(null);
});

test('an address takes only views that there are', () => {
  expect(readSearch({ view: 'mine', q: 'tea', tag: 3 })).toEqual({ view: 'mine', q: 'tea' });
  expect(readSearch({ view: '<b>' })).toEqual({});
});

test.each([
  ['see https://a.test/x?y=1.', ['https://a.test/x?y=1']],
  ['(https://a.test/x_(y)) and http://b.test', ['https://a.test/x_(y)', 'http://b.test']],
  ['javascript:alert(1) data:text/html,x ftp://a.test', []],
  ['<a href="https://a.test/">', ['https://a.test/']],
  ['https://', []],
])('%s has the links %j', (text, links) => {
  const parts = partsOf(text);
  expect(parts.flatMap((part) => part.href ?? [])).toEqual(links);
  expect(parts.map((part) => part.text).join('')).toBe(text);
});

test('what is not known stays to be seen', () => {
  const known = { 'contact.name': 'Ada', 'contact.email': null, 'agent.name': 'Bo', 'workspace.name': 'W' };
  const text = filled('{{contact.name}}, {{ contact.email }}, {{nothing}}', known);
  expect(text).toBe('Ada, {{ contact.email }}, {{nothing}}');
  expect(missingIn(text)).toEqual(['contact.email', 'nothing']);
});

test('a slash begins a reply only where a word begins, and @ calls only in notes', () => {
  expect(begunAt('Hi /th', 6, 'message')).toEqual({ mark: '/', words: 'th', from: 3 });
  expect(begunAt('a/b', 3, 'message')).toBe(null);
  expect(begunAt('@an', 3, 'message')).toBe(null);
  expect(begunAt('ask @An', 7, 'note')).toEqual({ mark: '@', words: 'an', from: 4 });
});

test('later today is left out in the evening, and next week is the next Monday', () => {
  const at = (text: string) => laterFrom(new Date(text));
  expect(at('2026-11-23T10:00:00').map(({ id }) => id)).toEqual(['today', 'tomorrow', 'week']);
  expect(at('2026-11-23T17:00:00').map(({ id }) => id)).toEqual(['tomorrow', 'week']);
  const week = at('2026-11-23T10:00:00').at(-1)!; // a Monday
  expect(new Date(week.at * 1000).toDateString()).toBe('Mon Nov 30 2026');
  expect(new Date(at('2026-11-29T10:00:00').at(-1)!.at * 1000).toDateString()).toBe('Mon Nov 30 2026');
});

test('messages are joined in order, each once', () => {
  const said = (...seqs: number[]) => seqs.map((seq) => ({ seq }) as Message);
  expect(joined(said(1, 2), said(3)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(joined(said(1, 2, 4), said(2, 3)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});
