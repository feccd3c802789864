/** The list of conversations: who, what was said last, since when they wait, and whose it is. */
import { Skeleton } from '@mantine/core';
import { IconClock, IconMessage2, IconNote, IconUserCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Initials } from '../show/initials';
import { useShortcut } from '../shell/shortcuts';
import { lasting, relative, useNow } from '../show/time';
import type { Search } from './asked';
import { draftMark } from './draft-mark';
import classes from './list.module.css';
import { isHere } from './people';
import type { Row } from './rows';
import { TagMarks } from './tag-marks';
import type { Tag } from '../tags/query';

export const ROW_PX = 76;
const AHEAD = 15;
const GHOSTS = 12;
/** Nobody waits who came a moment ago. */
const LEAST_SECONDS = 60;

interface Props {
  readonly rows: readonly Row[];
  readonly tags: readonly Tag[];
  readonly search: Search;
  readonly at: string | null;
  readonly me: string;
  readonly isPending: boolean;
  readonly isStale: boolean;
  readonly hasMore: boolean;
  readonly label: string;
  readonly onMore: () => void;
  readonly onGo: (id: string) => void;
  /** Whether somebody points into the rows: then they stand still. */
  readonly onHold: (isHeld: boolean) => void;
}

/** So long after the pointer moved over the rows they stand still. */
const HELD_MS = 8_000;
/** And so long after it left them: it may be on its way to the button above. */
const LEFT_MS = 1_500;

export function ConversationList({ rows, tags, search, at, me, isPending, isStale, hasMore, label, onMore, onGo, onHold }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: isPending ? GHOSTS : rows.length + (hasMore ? 1 : 0),
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (!isPending && hasMore && last >= rows.length - AHEAD) onMore();
  }, [isPending, hasMore, last, rows.length, onMore]);

  const held = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hold = (isOver: boolean) => {
    clearTimeout(held.current);
    const isAway = (box.current?.scrollTop ?? 0) > ROW_PX;
    onHold(isOver || isAway);
    if (isOver) held.current = setTimeout(() => hold(false), HELD_MS);
  };
  const left = () => {
    clearTimeout(held.current);
    held.current = setTimeout(() => hold(false), LEFT_MS);
  };
  useEffect(() => () => clearTimeout(held.current), []);

  const index = rows.findIndex((row) => row.id === at);
  const step = (by: number) => {
    const next = rows[index < 0 ? (by > 0 ? 0 : rows.length - 1) : index + by];
    if (next) onGo(next.id);
  };
  useEffect(() => {
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [at]);
  useShortcut('j', t('inbox.keys.next'), () => step(1));
  useShortcut('k', t('inbox.keys.previous'), () => step(-1));

  return (
    <div
      ref={box}
      className={classes.box}
      aria-busy={isPending || isStale}
      onPointerMove={() => hold(true)}
      onPointerLeave={left}
      onScroll={() => hold(false)}
      onKeyDown={(event) => {
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!by) return;
        event.preventDefault();
        step(by);
      }}
    >
      <ul aria-label={label} className={classes.rows} style={{ height: virtual.getTotalSize() }} data-stale={isStale || undefined}>
        {items.map((item) => {
          const row = isPending ? undefined : rows[item.index];
          return (
            <li key={row?.id ?? item.key} className={classes.place} style={{ transform: `translateY(${item.start}px)`, height: item.size }} aria-hidden={row ? undefined : true}>
              {row ? <Line row={row} tags={tags} search={search} isAt={row.id === at} isMine={row.assignee?.id === me} isMyReply={row.last_by?.id === me} hasDraft={row.id !== at && draftMark(me, row.id)} /> : <Ghost index={item.index} />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface LineProps {
  readonly row: Row;
  readonly tags: readonly Tag[];
  readonly search: Search;
  readonly isAt: boolean;
  readonly isMine: boolean;
  readonly isMyReply: boolean;
  readonly hasDraft: boolean;
}

const Line = memo(function Line({ row, tags, search, isAt, isMine, isMyReply, hasDraft }: LineProps) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const who = row.last_from === 'contact' ? null : isMyReply ? t('inbox.you') : (row.last_by?.name ?? null);
  const since = (at: number) => relative(at, now, i18n.language, t('time.justNow'));
  const waits = row.waiting_since !== null && row.status === 'open' && !row.spam ? now - row.waiting_since : 0;
  return (
    <Link
      to="/inbox/$id"
      params={{ id: row.id }}
      search={search}
      className={classes.row}
      data-at={isAt || undefined}
      data-unread={row.unread || row.assigned || undefined}
      data-left={row.left || undefined}
      aria-current={isAt ? 'true' : undefined}
    >
      <span className={classes.face}>
        <Initials id={row.contact.id} name={row.contact.display_name} size={28} />
        {isHere(row.contact, now) && <span className={classes.here} role="img" aria-label={t('inbox.online')} title={t('inbox.online')} />}
      </span>
      <span className={classes.text}>
        <span className={classes.first}>
          <b>{row.contact.display_name}</b>
          <time dateTime={new Date(row.last_at * 1000).toISOString()}>{since(row.last_at)}</time>
          {(row.unread || row.assigned) && <span className={classes.unread} role="img" aria-label={t('inbox.unread')} title={t('inbox.unread')} />}
        </span>
        <span className={classes.preview}>
          {hasDraft && <em>{t('inbox.draft')} </em>}
          {who && <span>{who}: </span>}
          {row.preview || t('inbox.noText')}
        </span>
        <span className={classes.marks}>
          {row.left && <span className={classes.gone}>{t('inbox.left')}</span>}
          {waits >= LEAST_SECONDS && (
            <span className={classes.waiting}>
              <IconClock size={12} aria-hidden />
              {t('inbox.waiting', { time: lasting(waits, i18n.language) })}
            </span>
          )}
          {row.assigned && (
            <span className={classes.given}>
              <IconUserCheck size={12} aria-hidden />
              {t('inbox.assignedToYou')}
            </span>
          )}
          {row.mentioned && (
            <span className={classes.note}>
              <IconNote size={12} aria-hidden />
              {t('inbox.mentioned')}
            </span>
          )}
          {row.status === 'snoozed' && row.snoozed_until !== null && <span>{t('inbox.until', { when: since(row.snoozed_until) })}</span>}
          <TagMarks ids={row.tags} tags={tags} />
          {!row.assigned && (search.view ?? 'open') !== 'mine' && search.view !== 'unassigned' && <span>{isMine ? t('inbox.yours') : (row.assignee?.name ?? t('inbox.nobody'))}</span>}
        </span>
      </span>
    </Link>
  );
});

function Ghost({ index }: { index: number }) {
  return (
    <span className={classes.row}>
      <Skeleton circle h={28} w={28} />
      <span className={classes.text}>
        <Skeleton h={11} w={`${40 + ((index * 17) % 30)}%`} mt={4} />
        <Skeleton h={10} w={`${60 + ((index * 23) % 35)}%`} mt={9} />
        <Skeleton h={9} w={`${25 + ((index * 13) % 25)}%`} mt={9} />
      </span>
    </span>
  );
}

export function NothingIcon() {
  return <IconMessage2 size={28} stroke={1.2} aria-hidden />;
}
