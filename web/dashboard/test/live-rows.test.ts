/** Rows change where they stand; who is new is counted, and nobody moves. */
import { expect, test } from 'vitest';
import type { Contact } from '../src/api';
import type { News } from '../src/live/connection';
import { changesOf, idsOf, type Loaded, Open, patched } from '../src/live/rows';

const contact = (id: string, last_seen_at: number, display_name = id) => ({ id, last_seen_at, display_name }) as Contact;
const loaded: Loaded = {
  pages: [
    { items: [contact('a', 90), contact('b', 80)], next: 'more' },
    { items: [contact('c', 70), contact('d', 60)], next: 'more' },
  ],
  pageParams: [null, 'more'],
};
const ids = idsOf(loaded);
const nothing = { version: 'v', anew: false, online: 0, more_online: false, workspace: 'w', made: [], seen: [], changed: [], gone: [], merged: [] };
const news = (told: Partial<News>): News => ({ ...nothing, ...told });

test('a row is changed in its place, and pages without a change stay the same', () => {
  const changes = changesOf(['c'], [contact('c', 99, 'Cleo')], ids);
  const after = patched(loaded, changes);
  expect(after.pages[1]!.items.map((row) => row.display_name)).toEqual(['Cleo', 'd']);
  expect(after.pages[0]).toBe(loaded.pages[0]);
  expect(after.pages[1]!.items[1]).toBe(loaded.pages[1]!.items[1]);
});

test('who comes is new on a list of everybody, and asked about on any other', () => {
  const all = new Open();
  all.hear(news({ made: ['x'], seen: ['y', 'a'] }), ids, false);
  expect([...all.newcomers]).toEqual(['x', 'y']);
  expect(all.take()).toEqual(['a']);
  const some = new Open();
  some.hear(news({ made: ['x'], seen: ['y', 'a'] }), ids, true);
  expect(some.newcomers.size).toBe(0);
  expect(some.take()).toEqual(['a', 'x', 'y']);
  some.answered([contact('a', 99), contact('x', 99), contact('y', 10)], loaded);
  expect([...some.newcomers]).toEqual(['x']); // y belongs behind what is loaded
});

test('who goes stays in sight and is said to be gone, and is new no more', () => {
  const open = new Open();
  open.hear(news({ made: ['x'] }), ids, false);
  open.hear(news({ gone: ['x', 'a'], merged: [{ gone: 'b', kept: 'c' }] }), ids, false);
  expect(open.newcomers.size).toBe(0);
  expect([...open.left]).toEqual([['a', 'deleted'], ['b', 'merged']]);
});

test('a row that answers the question no more says so', () => {
  const after = patched(loaded, changesOf(['a', 'b'], [contact('b', 81)], ids));
  expect(after.pages[0]!.items.map((row) => (row as { left?: string }).left)).toEqual(['unmatched', undefined]);
});

test('more than can be asked about is said to be more', () => {
  const open = new Open();
  open.hear(news({ made: Array.from({ length: 300 }, (_, number) => `n${number}`) }), ids, true);
  expect(open.unknown.size).toBe(200);
  expect(open.more).toBe(true);
});
