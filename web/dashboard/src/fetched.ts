/** A part of a screen that is fetched, with its words, when it is first shown. */
import { type ComponentType, lazy } from 'react';
import { patiently } from './patience';
import { wordsOf } from './text';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a component of any properties
export function fetched<C extends ComponentType<any>>(load: () => Promise<C>, ...folders: string[]) {
  return lazy(async () => ({ default: (await patiently(() => Promise.all([load(), ...folders.map(wordsOf)])))[0] }));
}
