/** What the server put into the page: answers that nobody has to ask for. */
import type { Contact, Field, Schemas } from '../../../client/src';

export interface Given {
  readonly me: Schemas['Me'];
  /** That of the words of the fields. */
  readonly language?: string;
  readonly fields?: Field[];
  /** The first of everybody. */
  readonly contacts?: { items: Contact[]; next: string | null };
}

declare global {
  interface Window {
    openbookGiven?: Given | null;
  }
}

/** Read once: by the script that begins, or by who comes first where there is none. */
export function given(): Given | null {
  window.openbookGiven ??= read();
  return window.openbookGiven;
}

function read(): Given | null {
  try {
    return JSON.parse(document.getElementById('beginning')?.textContent ?? 'null');
  } catch {
    return null;
  }
}
