/** The marks of an axis: pure. */

/** Three to five round numbers from 0 on, the last of which holds `most`. */
export function marks(most: number): number[] {
  const least = Math.max(1, most) / 5;
  const ten = 10 ** Math.floor(Math.log10(least));
  const step = Math.max(1, ([1, 2, 2.5, 5].find((one) => one * ten >= least && Number.isInteger(one * ten)) ?? 10) * ten);
  return Array.from({ length: Math.max(2, Math.ceil(most / step)) + 1 }, (_, index) => index * step);
}
