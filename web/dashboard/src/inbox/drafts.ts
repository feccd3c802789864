/** What was begun and not sent, kept on this device for each conversation until somebody signs out. */
import type { Attached, Kind } from './types';

export interface Draft {
  readonly text: string;
  readonly kind: Kind;
  /** What was brought for it; a file that is not sent within a day is gone. */
  readonly files?: readonly Attached[];
}

const PREFIX = 'openbook.draft.';
const keyOf = (person: string, conversation: string) => `${PREFIX}${person}.${conversation}`;
const read = (kept: string | null) => JSON.parse(kept ?? 'null') as Draft | null;

export function keep(person: string, conversation: string, draft: Draft): void {
  try {
    if (draft.text.trim() || draft.files?.length) localStorage.setItem(keyOf(person, conversation), JSON.stringify(draft));
    else localStorage.removeItem(keyOf(person, conversation));
  } catch {
    // A full or forbidden store: what is typed stays in the field, as without drafts.
  }
}

export function kept(person: string, conversation: string): Draft | null {
  try {
    return read(localStorage.getItem(keyOf(person, conversation)));
  } catch {
    return null;
  }
}

/** Hear what is written in other tabs, or sent from there: then it is null. What is returned ends it. */
export function onKept(person: string, conversation: string, listen: (draft: Draft | null) => void): () => void {
  const hear = ({ key, newValue }: StorageEvent) => {
    if (key === keyOf(person, conversation)) listen(read(newValue));
  };
  addEventListener('storage', hear);
  return () => removeEventListener('storage', hear);
}

export function forgetAll(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}
