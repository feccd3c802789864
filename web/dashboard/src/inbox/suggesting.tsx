/** What is offered while somebody writes: canned replies behind a slash, colleagues behind an at sign. */
import { useEffect, useRef } from 'react';
import type { Kind } from './types';
import classes from './composer.module.css';

export interface Suggestion {
  readonly id: string;
  /** What stands in the text afterwards. */
  readonly text: string;
  readonly label: string;
  readonly hint?: string;
}

export interface Begun {
  readonly mark: '/' | '@';
  readonly words: string;
  /** Where the mark stands in the text. */
  readonly from: number;
}

/** What was begun before the cursor, if anything. A slash begins only at the start or after a space. */
export function begunAt(text: string, cursor: number, kind: Kind): Begun | null {
  const found = /(?:^|\s)([/@])([\p{L}\p{N}._-]{0,40})$/u.exec(text.slice(0, cursor));
  const mark = found?.[1] as '/' | '@' | undefined;
  if (!found || !mark || (mark === '@' && kind !== 'note')) return null;
  const words = found[2] ?? '';
  return { mark, words: words.toLowerCase(), from: cursor - words.length - 1 };
}

interface Props {
  readonly id: string;
  readonly label: string;
  readonly nothing: string;
  readonly found: readonly Suggestion[];
  readonly at: number;
  readonly onPick: (one: Suggestion) => void;
}

export function Suggestions({ id, label, nothing, found, at, onPick }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    void list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  if (!found.length) {
    return (
      <p className={classes.suggestions} role="status">
        {nothing}
      </p>
    );
  }
  return (
    <ul ref={list} id={id} role="listbox" aria-label={label} className={classes.suggestions}>
      {found.map((one, index) => (
        <li
          key={one.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          className={classes.suggestion}
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(one)}
        >
          <b>{one.label}</b>
          {one.hint && <span>{one.hint}</span>}
        </li>
      ))}
    </ul>
  );
}
