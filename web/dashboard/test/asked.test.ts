/** The question of a list: what an address says, and what is sent. */
import { describe, expect, test } from 'vitest';
import { readAsked, searchBody } from '../src/contacts/asked';

const types = new Map([
  ['web_sessions', 'integer'],
  ['spam', 'flag'],
  ['city', 'text'],
  ['email', 'email'],
]);

describe('an address', () => {
  test.each([
    [{}, {}],
    [{ q: 'ada' }, { q: 'ada' }],
    [{ q: '' }, {}],
    [{ q: 7 }, {}],
    [{ where: 'city' }, {}],
    [{ where: [{ field: 'city', op: 'eq', value: 'Rome' }] }, { where: [{ field: 'city', op: 'eq', value: 'Rome' }] }],
    [{ where: [{ field: 'city' }, null, { field: 'city', op: 'eq', value: 3 }] }, {}],
    // One condition is joined with nothing.
    [{ where: [{ field: 'city', op: 'exists' }], any: true }, { where: [{ field: 'city', op: 'exists' }] }],
  ])('%j is understood as %j', (search, asked) => {
    expect(readAsked(search)).toEqual(asked);
  });
});

describe('a question', () => {
  const sent = (field: string, op: string, value?: string) =>
    searchBody({ where: [{ field, op, ...(value === undefined ? {} : { value }) }] }, types).filter?.and?.[0];

  test.each([
    ['web_sessions', 'gte', '3', 3],
    ['web_sessions', 'between', '1, 4', [1, 4]],
    ['spam', 'eq', 'true', true],
    ['spam', 'eq', 'false', false],
    ['city', 'in', 'Rome, Turin', ['Rome', 'Turin']],
    ['city', 'eq', '42', '42'],
    ['email', 'exists', 'false', false],
    ['email', 'exists', '', true],
    ['web_sessions', 'gte', 'many', 'many'], // the server says what is wrong with it
  ])('%s %s %s is sent as %j', (field, op, value, expected) => {
    expect(sent(field, op, value)).toEqual({ field, op, value: expected });
  });

  test('is joined as asked', () => {
    const where = [
      { field: 'city', op: 'eq', value: 'Rome' },
      { field: 'spam', op: 'eq', value: 'true' },
    ];
    expect(Object.keys(searchBody({ where }, types).filter!)).toEqual(['and']);
    expect(Object.keys(searchBody({ where, any: true }, types).filter!)).toEqual(['or']);
    expect(searchBody({ q: 'ada' }, types)).toEqual({ q: 'ada' });
  });
});
