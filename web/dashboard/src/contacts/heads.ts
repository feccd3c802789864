/** The columns that a list can have, without what is in them; and which it has at first. */
import type { Field } from '../../../client/src';

export interface Head {
  readonly id: string;
  /** The catalogue's label, or a key of the words for what is put together here. */
  readonly label: string;
  readonly width: number;
  /** Whether somebody chose the width; else it takes its part of what is free. */
  readonly isFixed?: boolean;
  /** What is in it, where it is one field. */
  readonly field?: Field;
}

/** Put together from several fields: what a person looks for first. */
const COMPOSED = { contact: 240, place: 170, seen: 130, tags: 200 };
export type ComposedId = keyof typeof COMPOSED;
export const isComposed = (id: string): id is ComposedId => id in COMPOSED;

export const USUAL: readonly string[] = [
  'contact', 'email', 'seen', 'last_page_viewed', 'place', 'web_sessions', 'browser_name', 'os',
];

const WIDTHS: Record<string, number> = {
  email: 220, last_page_viewed: 220, web_sessions: 96, browser_name: 120, os: 110, isp: 180, referrer: 160,
};

/** The composed ones, then one for each field. */
export function heads(fields: readonly Field[]): Head[] {
  const composed = Object.entries(COMPOSED).map(([id, width]): Head => ({ id, label: `column.${id}`, width }));
  const plain = fields
    .filter((field) => !['display_name', 'last_seen_at'].includes(field.id) && !isComposed(field.id))
    .map((field): Head => ({ id: field.id, label: field.title, width: WIDTHS[field.id] ?? 150, field }));
  return [...composed, ...plain];
}

/** Those chosen, in their order and as wide as they were made. */
export function chosen<H extends Head>(all: readonly H[], ids: readonly string[], widths: Readonly<Record<string, number>>): H[] {
  return ids.flatMap((id) => {
    const head = all.find((one) => one.id === id);
    const width = widths[id];
    return head ? [width ? { ...head, width, isFixed: true } : head] : [];
  });
}

export const ROW_PX = { comfortable: 36, compact: 28 } as const;
export type Density = keyof typeof ROW_PX;
const PICK_PX = 32;

/** For the rows' grid: its template, and the pixels that it takes at least. */
export function gridOf(heads: readonly Head[]): { template: string; width: number } {
  const template = heads.map(({ width, isFixed }) => (isFixed ? `${width}px` : `minmax(${width}px, ${width}fr)`));
  return { template: `${PICK_PX}px ${template.join(' ')}`, width: heads.reduce((sum, { width }) => sum + width, PICK_PX) };
}
