/** A message's text as text: what may be followed is a link, nothing is ever markup. */
import { h } from 'preact';
import { isEmoji, pieces } from '../text';

export const Text = ({ of }: { of: string }) => (
  <p class={isEmoji(of) ? 'text large' : 'text'} dir="auto">
    {pieces(of).map(({ text, href }) =>
      href ? (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
          {text}
        </a>
      ) : (
        text
      ),
    )}
  </p>
);
