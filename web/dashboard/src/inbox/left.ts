/** What signing out takes along: drafts, and what was on its way. */
import { forgetAll } from './drafts';
import { dropAll } from './pending';

export function forget(): void {
  forgetAll();
  dropAll();
}
