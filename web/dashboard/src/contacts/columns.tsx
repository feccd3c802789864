/** What a column of the list shows. Any field of the catalogue can be one. */
import { lazy, type ReactNode, Suspense } from 'react';
import type { Contact, Field } from '../api';
import { LiveMark } from '../live/door';
import { Initials } from '../show/initials';
import { KindMark, SpamMark } from '../show/kind';
import { place } from '../show/place';
import { Moment } from '../show/time';
import { Unknown, Written } from '../show/written';
import classes from './table.module.css';

export interface Column {
  readonly id: string;
  /** The catalogue's label, or a key of the words for what is put together here. */
  readonly label: string;
  readonly width: number;
  /** Whether somebody chose the width; else it takes its part of what is free. */
  readonly isFixed?: boolean;
  readonly show: (contact: Contact) => ReactNode;
}

/** Columns put together from several fields: what a person looks for first. */
export const COMPOSED: readonly Column[] = [
  {
    id: 'contact',
    label: 'column.contact',
    width: 240,
    show: (contact) => (
      <span className={classes.who}>
        <Initials id={contact.id} name={contact.display_name} />
        <span className={classes.name}>{contact.display_name}</span>
        <KindMark kind={contact.kind} />
        {contact.spam && <SpamMark />}
        <LiveMark contact={contact} />
      </span>
    ),
  },
  { id: 'place', label: 'column.place', width: 170, show: (contact) => place(contact) || <Unknown field="city" /> },
  {
    id: 'seen',
    label: 'column.seen',
    width: 130,
    show: (contact) =>
      contact.last_seen_at === null ? <Unknown field="last_seen_at" /> : <Moment at={contact.last_seen_at} />,
  },
  {
    id: 'tags',
    label: 'column.tags',
    width: 200,
    show: ({ tags }) =>
      tags.length === 0 ? (
        <Unknown field="tags" />
      ) : (
        <Suspense>
          <Given tags={tags} />
        </Suspense>
      ),
  },
];

/** Fetched where somebody wants the column. */
const Given = lazy(async () => ({ default: (await import('../tags/given')).Given }));

export const USUAL: readonly string[] = [
  'contact', 'email', 'seen', 'last_page_viewed', 'place', 'web_sessions', 'browser_name', 'os',
];

const WIDTHS: Record<string, number> = {
  email: 220, last_page_viewed: 220, web_sessions: 96, browser_name: 120, os: 110, isp: 180, referrer: 160,
};

/** Every column there is: the composed ones, then one for each field. */
export function columns(fields: readonly Field[]): Column[] {
  const plain = fields
    .filter((field) => !['display_name', 'last_seen_at'].includes(field.id))
    .map((field): Column => ({
      id: field.id,
      label: field.title,
      width: WIDTHS[field.id] ?? 150,
      show: (contact) => <Written field={field} value={contact[field.id as keyof Contact]} short />,
    }));
  return [...COMPOSED, ...plain];
}
