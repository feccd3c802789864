/** What each section of the form is given: the draft, and a way to change it. */
import type { Written } from './settings';

export interface Part {
  readonly draft: Written;
  readonly change: (change: Partial<Written>) => void;
  readonly isLocked: boolean;
}
