/** What was begun and not sent, kept on this device for each conversation until somebody signs out. */
import type { Kind } from './types';

export interface Draft {
  readonly text: string;
  readonly kind: Kind;
}

const PREFIX = 'openbook.draft.';
const keyOf = (person: string, conversation: string) => `${PREFIX}${person}.${conversation}`;

export function keep(person: string, conversation: string, draft: Draft): void {
  try {
    if (draft.text.trim()) localStorage.setItem(keyOf(person, conversation), JSON.stringify(draft));
    else localStorage.removeItem(keyOf(person, conversation));
  } catch {
    // A full or forbidden store: what is typed stays in the field, as without drafts.
  }
}

export function kept(person: string, conversation: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(person, conversation)) ?? 'null') as Draft | null;
  } catch {
    return null;
  }
}

export function forgetAll(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}
