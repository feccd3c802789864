/** The rows, of which only those on screen are in the page. Arrow keys and J/K move, Enter opens. */
import { Skeleton } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { useShortcut } from '../shell/shortcuts';
import type { Column } from './columns';
import { useKept } from './kept';
import classes from './table.module.css';

export const ROW_PX = { comfortable: 36, compact: 28 } as const;
export type Density = keyof typeof ROW_PX;
/** Rows from the end of what is loaded at which the next page is asked for. */
const AHEAD = 30;
const GHOSTS = 18;

interface Props {
  readonly columns: readonly Column[];
  readonly rows: readonly Contact[];
  readonly isPending: boolean;
  readonly isStale: boolean;
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

export function ContactTable({ columns, rows, isPending, isStale, hasMore, onMore }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [density] = useKept<Density>('density', 'comfortable');
  const [at, move] = useState(-1);
  const body = useRef<HTMLDivElement>(null);
  const count = isPending ? GHOSTS : rows.length + (hasMore ? 1 : 0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => body.current,
    estimateSize: () => ROW_PX[density],
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  useEffect(() => virtual.measure(), [density, virtual]);
  useEffect(() => {
    if (hasMore && last >= rows.length - AHEAD) onMore();
  }, [hasMore, last, rows.length, onMore]);

  const go = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    move(next);
    virtual.scrollToIndex(next);
  };
  const open = (index: number) => {
    const contact = rows[index];
    if (contact) void navigate({ to: '/contacts/$id', params: { id: contact.id } });
  };
  useShortcut('j', t('shortcut.next'), () => go(at + 1));
  useShortcut('k', t('shortcut.previous'), () => go(at - 1));
  useShortcut('Enter', t('shortcut.open'), () => open(at));

  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  const template = columns.map((column) => `minmax(${column.width}px, ${column.width}fr)`).join(' ');
  const width = columns.reduce((sum, column) => sum + column.width, 0);

  return (
    <div
      ref={body}
      className={classes.body}
      role="table"
      aria-label={t('contacts.title')}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-busy={isPending || isStale}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="row" className={classes.head} style={{ gridTemplateColumns: template, minWidth: width }} aria-rowindex={1}>
        {columns.map((column) => (
          <div key={column.id} role="columnheader" className={classes.cell}>
            {t(column.label)}
          </div>
        ))}
      </div>
      <div role="rowgroup" className={classes.rows} style={{ height: virtual.getTotalSize(), minWidth: width }} data-stale={isStale || undefined}>
        {items.map((item) => {
          const contact = isPending ? undefined : rows[item.index];
          const place = { transform: `translateY(${item.start}px)`, height: item.size, gridTemplateColumns: template };
          if (!contact) {
            return (
              <div key={item.key} role="row" className={classes.row} style={place} aria-hidden>
                {columns.map((column) => (
                  <div key={column.id} role="cell" className={classes.cell}>
                    <Skeleton h={10} w={`${45 + ((item.index * 17 + column.width) % 40)}%`} />
                  </div>
                ))}
              </div>
            );
          }
          return (
            <div
              key={item.key}
              role="row"
              className={classes.row}
              style={place}
              aria-rowindex={item.index + 2}
              data-at={item.index === at || undefined}
              onClick={() => open(item.index)}
            >
              {columns.map((column, index) => (
                <div key={column.id} role="cell" className={classes.cell}>
                  {index === 0 ? (
                    <Link
                      to="/contacts/$id"
                      params={{ id: contact.id }}
                      className={classes.link}
                      tabIndex={item.index === at || (at < 0 && item.index === 0) ? 0 : -1}
                      onFocus={() => move(item.index)}
                      onClick={(event) => event.stopPropagation()}
                    >
                      {column.show(contact)}
                    </Link>
                  ) : (
                    column.show(contact)
                  )}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
