/** Who is on the site now, on which page and since when; and the first word to one of them. */
import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconMessage2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '../api';
import * as calls from '../inbox/calls';
import '../inbox/colours.css';
import { Starting } from '../inbox/starting';
import type { Brief, Visitor } from '../inbox/types';
import { later } from '../live/later';
import { onNews } from '../live/line';
import { Failure } from '../shell/states';
import states from '../shell/states.module.css';
import { Initials } from '../show/initials';
import { KindMark } from '../show/kind';
import { useMay } from '../show/may';
import { exact, lasting, Moment, useNow } from '../show/time';
import { withoutHost } from '../show/written';
import classes from './screen.module.css';

const VISITORS = ['visitors'];
const EVERY_MS = 2_000;
/** Whoever leaves says nothing: the list is asked for again from time to time. */
const LEAVING_MS = 30_000;

const renew = later(EVERY_MS, () => queries.invalidateQueries({ queryKey: VISITORS }));

export function VisitorsScreen() {
  const { t, i18n } = useTranslation();
  const found = useQuery({ queryKey: VISITORS, queryFn: calls.visitors, refetchInterval: LEAVING_MS });
  const [whom, write] = useState<Brief | null>(null);
  const isHeld = useRef(false);
  const rows = useStill(found.data?.visitors, isHeld);
  useDocumentTitle(`${t('visitors.title')} · openbook`);
  useEffect(() => onNews(renew), []);
  return (
    <main className={classes.screen}>
      <Group gap="sm" className={classes.head}>
        <Title order={1}>{t('visitors.title')}</Title>
        {found.data?.kept && (
          <Text c="var(--quiet)" aria-live="polite">
            {t('visitors.number', { count: found.data.visitors.length, number: found.data.visitors.length.toLocaleString(i18n.language) + (found.data.more ? '+' : '') })}
          </Text>
        )}
      </Group>
      {found.isError && !found.data ? (
        <Failure error={found.error} onAgain={() => void found.refetch()} />
      ) : !found.data ? (
        <div aria-busy aria-label={t('visitors.loading')} role="group">
          {Array.from({ length: 8 }, (_, index) => (
            <div key={index} className={classes.row}>
              <Skeleton circle h={28} w={28} />
              <Skeleton h={12} w={`${50 + ((index * 17) % 40)}%`} />
              <Skeleton h={12} w={`${40 + ((index * 23) % 50)}%`} />
            </div>
          ))}
        </div>
      ) : !found.data.kept ? (
        <Text c="var(--quiet)" maw={560} p="0 24px">
          {t('visitors.notKept')}
        </Text>
      ) : rows.length === 0 ? (
        <Stack gap="sm" align="flex-start" className={states.state}>
          <Title order={2}>{t('visitors.empty')}</Title>
          <Text c="var(--quiet)">{t('visitors.emptyText')}</Text>
          <Button variant="default" component={Link} to="/start">
            {t('visitors.snippet')}
          </Button>
        </Stack>
      ) : (
        <ul
          aria-label={t('visitors.list')}
          onPointerEnter={() => {
            isHeld.current = true;
          }}
          onPointerLeave={() => {
            isHeld.current = false;
            renew();
          }}
        >
          {rows.map((one) => (
            <Line key={one.contact.id} one={one} onWrite={() => write(one.contact)} />
          ))}
        </ul>
      )}
      {found.data?.more && (
        <Text size="sm" c="var(--quiet)" p="12px 24px">
          {t('visitors.more')}
        </Text>
      )}
      {whom && <Starting contact={whom} onClose={() => write(null)} />}
    </main>
  );
}

function Line({ one, onWrite }: { one: Visitor; onWrite: () => void }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const may = useMay();
  const { contact, page, page_since, last_seen_at, conversation_id } = one;
  return (
    <li className={classes.row}>
      <Initials id={contact.id} name={contact.display_name} size={28} />
      <div className={classes.who}>
        <Group gap={8} wrap="nowrap">
          <Link to="/contacts/$id" params={{ id: contact.id }} className={classes.name}>
            {contact.display_name}
          </Link>
          <KindMark kind={contact.kind} />
        </Group>
        <Text size="sm" c="var(--quiet)" truncate>
          {contact.email && contact.email !== contact.display_name ? `${contact.email} · ` : ''}
          {t('visitors.seen')} <Moment at={last_seen_at} />
        </Text>
      </div>
      <div className={classes.page}>
        {page ? <span title={page}>{withoutHost(page)}</span> : <span>{t('visitors.unknownPage')}</span>}
        {page_since !== null && (
          <Text size="sm" c="var(--quiet)" title={exact(page_since, i18n.language)}>
            {t('visitors.since', { time: lasting(now - page_since, i18n.language) })}
          </Text>
        )}
      </div>
      {conversation_id ? (
        <Button variant="default" component={Link} to={`/inbox/${conversation_id}`} leftSection={<IconMessage2 size={14} aria-hidden />}>
          {t('visitors.open')}
        </Button>
      ) : (
        may('conversations:write') && (
          <Button variant="default" aria-label={t('visitors.write', { name: contact.display_name })} onClick={onWrite}>
            {t('visitors.start')}
          </Button>
        )
      )}
    </li>
  );
}

/** The rows as they stood while somebody points at them: their values change, their places do not. */
function useStill(fresh: readonly Visitor[] | undefined, isHeld: { readonly current: boolean }): readonly Visitor[] {
  const shown = useRef<readonly Visitor[]>([]);
  if (fresh) {
    const byId = new Map(fresh.map((one) => [one.contact.id, one]));
    shown.current = isHeld.current ? shown.current.map((one) => byId.get(one.contact.id) ?? one) : fresh;
  }
  return shown.current;
}
