/** Filters between the server's form and the list's, there and back. */
import { describe, expect, test } from 'vitest';
import { readAsked, searchBody } from '../src/contacts/asked';
import { readFilter } from '../src/views/reading';

const types = new Map([['web_sessions', 'integer'], ['spam', 'flag']]);
const city = { field: 'city', op: 'eq', value: 'Rome' };
const spam = { field: 'spam', op: 'eq', value: true };
const many = { field: 'web_sessions', op: 'between', value: [2, 9] };
const named = { field: 'city', op: 'in', value: ['Rome', 'Washington, D.C.'] };

describe('a saved filter', () => {
  test.each([
    [{ and: [city] }],
    [{ or: [city, spam] }],
    [{ and: [city, { or: [spam, many] }] }],
    [{ or: [{ and: [city, named] }, spam] }],
    // What has no form here is kept as it is.
    [{ and: [city, { not: spam }] }],
    [{ and: [{ or: [city, { and: [spam, many] }] }, spam] }],
  ])('%j is asked again as it was', (filter) => {
    const asked = readFilter(filter);
    expect(searchBody(asked, types).filter).toEqual(filter);
    // And so it is after it stood in an address.
    expect(searchBody(readAsked(JSON.parse(JSON.stringify(asked))), types).filter).toEqual(filter);
  });

  test('may be one condition, or none', () => {
    expect(searchBody(readFilter(city), types).filter).toEqual({ and: [city] });
    expect(readFilter(null)).toEqual({});
  });
});

describe('an address', () => {
  test.each([
    [{ where: [{ any: true, where: [] }] }, {}],
    [{ where: [{ any: 'yes', where: [{ field: 'city', op: 'exists' }] }] }, { where: [{ any: false, where: [{ field: 'city', op: 'exists' }] }] }],
    [{ where: [{ raw: 'x' }, { raw: [1] }] }, {}],
    [{ view: 'v1', own: 'true' }, { view: 'v1' }],
    [{ view: 3, own: true }, { own: true }],
  ])('%j is understood as %j', (search, asked) => {
    expect(readAsked(search)).toEqual(asked);
  });
});
