/** Moments in words. */
import { expect, test } from 'vitest';
import { relative } from '../src/show/time';

const NOW = 1_800_000_000;

test.each([
  [0, 'just now'],
  [-59, 'just now'],
  [-60, '1 min. ago'],
  [-119, '1 min. ago'],
  [-3_600, '1 hr. ago'],
  [-86_400, 'yesterday'],
  [-14 * 86_400, '2 wk. ago'],
  [-400 * 86_400, 'last yr.'],
  [72 * 3_600 - 20, 'in 3 days'],
  [30 * 3_600, 'tomorrow'],
])('%i seconds from now is "%s"', (seconds, words) => {
  expect(relative(NOW + seconds, NOW, 'en', 'just now')).toBe(words);
});
