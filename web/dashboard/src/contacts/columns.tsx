/** What a column of the list shows. Any field of the catalogue can be one. */
import { type ReactNode, Suspense } from 'react';
import type { Contact, Field } from '../api';
import { fetched } from '../fetched';
import { LiveMark } from '../live/door';
import { Initials } from '../show/initials';
import { KindMark, SpamMark } from '../show/kind';
import { place } from '../show/place';
import { Moment } from '../show/time';
import { Unknown, Written } from '../show/written';
import { type ComposedId, type Head, heads, isComposed } from './heads';
import classes from './table.module.css';

export interface Column extends Head {
  readonly show: (contact: Contact) => ReactNode;
}

const COMPOSED: Record<ComposedId, Column['show']> = {
  contact: (contact) => (
    <span className={classes.who}>
      <Initials id={contact.id} name={contact.display_name} />
      <span className={classes.name}>{contact.display_name}</span>
      <KindMark kind={contact.kind} />
      {contact.spam && <SpamMark />}
      <LiveMark contact={contact} />
    </span>
  ),
  place: (contact) => place(contact) || <Unknown field="city" />,
  seen: (contact) => (contact.last_seen_at === null ? <Unknown field="last_seen_at" /> : <Moment at={contact.last_seen_at} />),
  tags: ({ tags }) =>
    tags.length === 0 ? (
      <Unknown field="tags" />
    ) : (
      <Suspense>
        <Given tags={tags} />
      </Suspense>
    ),
};

/** Fetched where somebody wants the column. */
const Given = fetched(async () => (await import('../tags/given')).Given);

/** Every column there is: the composed ones, then one for each field. */
export const columns = (fields: readonly Field[]): Column[] =>
  heads(fields).map((head) => ({
    ...head,
    show: isComposed(head.id) ? COMPOSED[head.id] : (contact) => <Written field={head.field!} value={contact[head.id as keyof Contact]} short />,
  }));
