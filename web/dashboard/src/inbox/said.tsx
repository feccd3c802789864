/** A text that a person typed: shown as it was, its addresses as links, and nothing else of it does anything. */
import { Fragment } from 'react';

/** Only what begins like this becomes a link; what ends a sentence is none of the address. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/giu;
const TAIL = /[.,;:!?)\]}'"»”]+$/u;

export interface Part {
  readonly text: string;
  readonly href?: string;
}

export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: raw, index } of text.matchAll(ADDRESS)) {
    const href = hrefOf(raw);
    if (!href) continue;
    if (index > from) parts.push({ text: text.slice(from, index) });
    parts.push({ text: href, href });
    from = index + href.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

function hrefOf(raw: string): string | null {
  let href = raw.replace(TAIL, '');
  // A bracket that was opened within the address belongs to it.
  if (raw[href.length] === ')' && href.split('(').length > href.split(')').length) href += ')';
  try {
    return /^https?:$/.test(new URL(href).protocol) ? href : null;
  } catch {
    return null;
  }
}

export function Said({ text }: { text: string }) {
  return (
    <>
      {partsOf(text).map(({ text: words, href }, index) =>
        href ? (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">
            {words}
          </a>
        ) : (
          <Fragment key={index}>{words}</Fragment>
        ),
      )}
    </>
  );
}
