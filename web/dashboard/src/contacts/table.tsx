/** The rows, of which only those on screen are in the page. Arrow keys and J/K move, Enter opens. */
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { useShortcut } from '../shell/shortcuts';
import { useTip } from '../show/tip';
import { Tipped } from '../show/tipped';
import type { Column } from './columns';
import { type Density, gridOf, ROW_PX } from './heads';
import type { Picking } from './picking';
import { Resizer } from './resizer';
import { ContactRow, GhostRow, type Hand } from './row';
import classes from './table.module.css';

/** Rows from the end of what is loaded at which the next page is asked for. */
const AHEAD = 30;
const GHOSTS = 18;

interface Props {
  readonly columns: readonly Column[];
  readonly rows: readonly Contact[];
  /** Until the first rows are on the screen, only those that fit are made. */
  readonly isFirst: boolean;
  readonly isPending: boolean;
  readonly isStale: boolean;
  readonly hasMore: boolean;
  readonly onMore: () => void;
  readonly density: Density;
  readonly picking: Picking;
  readonly onWidth: (column: string, pixels: number | null) => void;
}

export function ContactTable({ columns, rows, isFirst, isPending, isStale, hasMore, onMore, density, picking, onWidth }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const router = useRouter();
  const { tip, handlers } = useTip();
  const [at, move] = useState(-1);
  const body = useRef<HTMLDivElement>(null);
  const count = isPending ? GHOSTS : rows.length + (hasMore ? 1 : 0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => body.current,
    estimateSize: () => ROW_PX[density],
    overscan: isFirst ? 0 : 6,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  useEffect(() => virtual.measure(), [density, virtual]);
  useEffect(() => {
    if (hasMore && last >= rows.length - AHEAD) onMore();
  }, [hasMore, last, rows.length, onMore]);

  // Whoever points at the list may open somebody: the screen for that is fetched meanwhile.
  const isReady = useRef(false);
  const prepare = useCallback(() => {
    if (isReady.current) return;
    isReady.current = true;
    void router.preloadRoute({ to: '/contacts/$id', params: { id: '-' } });
  }, [router]);

  const go = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    move(next);
    virtual.scrollToIndex(next);
  };
  const open = (index: number) => {
    const contact = rows[index];
    if (contact) void navigate({ to: '/contacts/$id', params: { id: contact.id } });
  };
  // Rows are handed what never changes, so that they need not be drawn anew for it.
  const latest = useRef<Hand>(null);
  useEffect(() => {
    latest.current = { open, move, pick: picking.toggle };
  });
  const hand = useMemo(
    (): Hand => ({
      open: (index) => latest.current?.open(index),
      move,
      pick: (index, reach) => latest.current?.pick(index, reach),
    }),
    [],
  );
  useShortcut('j', t('shortcut.next'), () => go(at + 1));
  useShortcut('k', t('shortcut.previous'), () => go(at - 1));
  useShortcut('Enter', t('shortcut.open'), () => open(at));
  const pick = (reach: boolean) => picking.toggle(Math.max(0, at), reach);
  useShortcut('x', t('shortcut.pick'), () => pick(false));
  useShortcut('X', t('shortcut.pickTo'), () => pick(true));

  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
    if (event.shiftKey) picking.toggle(Math.max(0, Math.min(rows.length - 1, to)), true);
  };
  const { template, width } = gridOf(columns);

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
      onPointerEnter={prepare}
      onFocus={prepare}
      {...handlers}
    >
      <div role="row" className={classes.head} style={{ gridTemplateColumns: template, minWidth: width }} aria-rowindex={1}>
        <div role="columnheader" className={classes.pick}>
          <input
            type="checkbox"
            aria-label={t('pick.all')}
            checked={picking.picked.isAll && picking.picked.ids.size === 0}
            ref={(box) => {
              if (box) box.indeterminate = !picking.isEmpty && !(picking.picked.isAll && picking.picked.ids.size === 0);
            }}
            onChange={picking.isEmpty ? picking.all : picking.none}
          />
        </div>
        {columns.map((column, index) => (
          <div key={column.id} role="columnheader" className={classes.cell}>
            {t(column.label)}
            <Resizer label={t('columns.width', { name: t(column.label) })} width={column.width} isFirst={index === 0} onWidth={(pixels) => onWidth(column.id, pixels)} />
          </div>
        ))}
      </div>
      <div role="rowgroup" className={classes.rows} style={{ height: virtual.getTotalSize(), minWidth: width }} data-stale={isStale || undefined}>
        <Tipped.Provider value>
          {items.map(({ index, start, size }) => {
            const contact = isPending ? undefined : rows[index];
            if (!contact) return <GhostRow key={index} columns={columns} index={index} start={start} size={size} template={template} />;
            return (
              <ContactRow
                key={index}
                contact={contact}
                columns={columns}
                index={index}
                start={start}
                size={size}
                template={template}
                isAt={index === at}
                isReached={index === at || (at < 0 && index === 0)}
                isPicked={picking.has(contact.id)}
                hand={hand}
              />
            );
          })}
        </Tipped.Provider>
      </div>
      {tip}
    </div>
  );
}
