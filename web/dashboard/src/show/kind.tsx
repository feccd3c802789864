/** Visitor, lead or user: said in one word, and only where it is more than a visitor. */
import type { Contact } from '../api';
import classes from './kind.module.css';
import { useTongue } from './tongue';

export function KindMark({ kind, always = false }: { kind: Contact['kind']; always?: boolean }) {
  const { word } = useTongue();
  if (kind === 'visitor' && !always) return null;
  return <span className={classes.mark}>{word(`kind.${kind}`)}</span>;
}

/** It is held for spam; in red, and in a word. */
export function SpamMark() {
  const { word } = useTongue();
  return (
    <span className={classes.mark} data-spam>
      {word('contacts.spam')}
    </span>
  );
}
