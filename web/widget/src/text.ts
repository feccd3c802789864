/** A message's text in pieces: what is plain, and what may be followed. Nothing is ever markup. */

export interface Piece {
  readonly text: string;
  readonly href?: string;
}

/** A web or mail address in running text. No part may match the same letters in two ways. */
const ADDRESS = /https?:\/\/[^\s<>"']+|www\.[^\s<>"']+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/gi;
/** Belongs to the sentence, not to the address. */
const SENTENCE_END = /[.,;:!?)\]}»”’。、]+$/;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    let address = match[0];
    const end = address.match(SENTENCE_END)?.[0] ?? '';
    // A closing bracket that was opened inside belongs to the address.
    const isOpened = end.startsWith(')') && address.includes('(');
    address = address.slice(0, address.length - end.length + (isOpened ? 1 : 0));
    const href = hrefOf(address);
    if (!href) continue;
    if (match.index > at) found.push({ text: text.slice(at, match.index) });
    found.push({ text: address, href });
    at = match.index + address.length;
  }
  if (at < text.length) found.push({ text: text.slice(at) });
  return found;
}

function hrefOf(address: string): string | undefined {
  if (!/^(https?:|www\.)/i.test(address)) return `mailto:${address}`;
  try {
    const url = new URL(/^www\./i.test(address) ? `https://${address}` : address);
    return /^https?:$/.test(url.protocol) && url.hostname ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** One to three emoji and nothing else: shown large. */
export const isEmoji = (text: string): boolean =>
  text.length < 30 && /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F|\u200D\p{Extended_Pictographic})*\s*){1,3}$/u.test(text.trim());
