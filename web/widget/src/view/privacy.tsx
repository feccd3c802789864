/** Who collects what, beside the place where one writes. */
import { h } from 'preact';
import type { Shown } from '../state';
import { fill } from '../words';

export const Privacy = ({ state: { words, settings, isLasting, host } }: Shown) => (
  <p class="small">
    {isLasting ? fill(words.privacy, { name: settings!.name }) : words.forgotten}{' '}
    <a href={host + settings!.policy_url} target="_blank" rel="noopener">
      {words.policy}
    </a>
  </p>
);
