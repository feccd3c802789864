/** What a column of the list shows. Any field of the catalogue can be one. */
import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Contact, Field } from '../api';
import { LiveMark } from '../live/door';
import { Initials } from '../show/initials';
import { KindMark } from '../show/kind';
import { place } from '../show/place';
import { Moment } from '../show/time';
import { Unknown, Written } from '../show/written';

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
      <Group gap={8} wrap="nowrap">
        <Initials id={contact.id} name={contact.display_name} />
        <Text span size="sm" fw={550} truncate>
          {contact.display_name}
        </Text>
        <KindMark kind={contact.kind} />
        <LiveMark contact={contact} />
      </Group>
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
];

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
