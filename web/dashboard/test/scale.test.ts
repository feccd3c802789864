/** An axis has few marks, all of them whole, from nothing to at least the most. */
import { describe, expect, test } from 'vitest';
import { marks } from '../src/insight/scale';

describe('the marks of an axis', () => {
  test.each([
    [1, [0, 1, 2]],
    [3, [0, 1, 2, 3]],
    [7, [0, 2, 4, 6, 8]],
    [24, [0, 5, 10, 15, 20, 25]],
    [100, [0, 20, 40, 60, 80, 100]],
    [987_654, [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]],
  ])('up to %d are %j', (most, expected) => {
    expect(marks(most)).toEqual(expected);
  });

  test('hold whatever there is', () => {
    for (let most = 1; most < 20_000; most = Math.ceil(most * 1.13)) {
      const found = marks(most);
      expect(found.every(Number.isInteger)).toBe(true);
      expect(found.at(-1)).toBeGreaterThanOrEqual(most);
      expect(found.length).toBeLessThanOrEqual(7);
    }
  });
});
