/** Drawings of 24 by 24, in the colour of the text. */
import { h } from 'preact';

const PATHS = {
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  more: 'M6 12v.01M12 12v.01M18 12v.01',
  send: 'M12 19V5M6 11l6-6 6 6',
  clip: 'M20 11l-9 9a5 5 0 0 1-7-7l9-9a3 3 0 0 1 5 5l-8 8a2 2 0 0 1-3-3l7-7',
  clock: 'M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0',
  check: 'M5 13l4 4 10-10',
  checks: 'M2 13l4 4 9-9M11 16l1 1 9-9',
  alert: 'M12 8v5M12 16v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0',
  file: 'M14 3H6v18h12V7zM14 3v4h4',
  smile: 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0M9 9.5v.01M15 9.5v.01M8.5 14q3.5 4 7 0',
  plus: 'M12 5v14M5 12h14',
} as const;

export const Icon = ({ of }: { of: keyof typeof PATHS }) => (
  <svg viewBox="0 0 24 24" class={of} aria-hidden="true">
    <path d={PATHS[of]} />
  </svg>
);
