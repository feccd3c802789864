/** The inbox: the list, the thread that is open, and whom it is with; on a narrow screen one at a time. */
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { useDocumentTitle, useMediaQuery } from '@mantine/hooks';
import { IconFilter, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../session/me';
import { useShortcut } from '../shell/shortcuts';
import { Failure } from '../shell/states';
import { Words } from '../show/words';
import { askedOf, type Search, viewOf } from './asked';
import { Beside } from './beside';
import './colours.css';
import { Connection } from './connection';
import { Empty } from './empty';
import { useFollowing } from './following';
import { ConversationList } from './list';
import { NothingChosen, ThreadPane } from './pane';
import { Picker } from './picker';
import { Preferences } from './preferences-menu';
import { type Tag, useTags } from '../tags/query';
import { Dot } from '../tags/chip';
import { useConversation, useList, useTeam } from './reading';
import classes from './screen.module.css';
import type { Conversation } from './types';
import { HowMany, ViewTitle } from './views';

const NO_TAGS: readonly Tag[] = [];

export function InboxScreen() {
  const { t } = useTranslation();
  const { id = null } = useParams({ strict: false }) as { id?: string };
  const search = useSearch({ from: '/inside/inbox' });
  const navigate = useNavigate();
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const isWide = useMediaQuery('(min-width: 84em)', undefined, { getInitialValueInEffect: false });
  const [isBeside, beside] = useState(false);
  const me = useQuery(meQuery).data?.person.id ?? '';
  const view = viewOf(search);
  const asked = askedOf(search);
  const found = useList(asked);
  const tags = useTags() ?? NO_TAGS;
  const { waiting, settle, hold } = useFollowing(asked, me, found.isSuccess && !found.isPlaceholderData);
  const { rows } = found;
  useDocumentTitle(`${t(`inbox.view.${view}`)} · ${t('inbox.title')} · openbook`);

  const go = useCallback((next: string | null) => void navigate(next ? { to: '/inbox/$id', params: { id: next }, search, replace: id !== null } : { to: '/inbox', search }), [navigate, search, id]);
  const ask = (next: Search) => void navigate({ to: id ? '/inbox/$id' : '/inbox', ...(id ? { params: { id } } : {}), search: next, replace: true } as never);
  const closed = (one: Conversation) => {
    const index = rows.findIndex((row) => row.id === one.id);
    go(isNarrow ? null : ((rows[index + 1] ?? rows[index - 1])?.id ?? null));
  };
  useEffect(() => beside(false), [id]);
  useShortcut('Escape', t('shortcut.back'), () => {
    if (isBeside && !isWide) beside(false);
    else if (id) go(null);
  });

  const isListShown = !isNarrow || !id;
  const isThreadShown = !isNarrow || (id !== null && !isBeside);
  const isBesideShown = id !== null && (isWide || isBeside);
  return (
    <main className={classes.inbox} data-beside={isBesideShown || undefined}>
      {isListShown && (
        <div className={classes.list}>
          <Head search={search} tags={tags} onAsk={ask} />
          <Connection />
          {waiting > 0 && (
            <div className={classes.waiting} role="status">
              <Button variant="light" size="compact-xs" onClick={settle}>
                {t('inbox.showNew', { count: waiting })}
              </Button>
            </div>
          )}
          {found.isError && !found.data ? (
            <Failure error={found.error} onAgain={() => void found.refetch()} />
          ) : !found.isPending && rows.length === 0 ? (
            <Empty view={view} isAsking={Boolean(search.q || search.tag || search.assignee)} onClear={() => ask({ view: search.view })} />
          ) : (
            <ConversationList
              rows={rows}
              tags={tags}
              search={search}
              at={id}
              me={me}
              label={t(`inbox.view.${view}`)}
              isPending={found.isPending}
              isStale={found.isPlaceholderData}
              hasMore={found.hasNextPage}
              onMore={() => {
                if (!found.isFetchingNextPage) void found.fetchNextPage();
              }}
              onGo={go}
              onHold={hold}
            />
          )}
        </div>
      )}
      {isThreadShown &&
        (id ? (
          <ThreadPane key={id} id={id} level={isNarrow ? 1 : 2} onBack={isNarrow ? () => go(null) : null} onBeside={isWide ? null : () => beside(!isBeside)} onClosed={closed} onGo={go} onLeave={() => go(null)} />
        ) : (
          <NothingChosen onFirst={rows[0] ? () => go(rows[0]!.id) : null} />
        ))}
      {isBesideShown && id && <Contact id={id} onBack={isNarrow ? () => beside(false) : null} />}
    </main>
  );
}

function Contact({ id, onBack }: { id: string; onBack: (() => void) | null }) {
  const { data } = useConversation(id);
  return data ? <Beside contactId={data.contact.id} conversationId={id} onBack={onBack} /> : <aside />;
}

interface HeadProps {
  readonly search: Search;
  readonly tags: readonly Tag[];
  readonly onAsk: (next: Search) => void;
}

function Head({ search, tags, onAsk }: HeadProps) {
  const { t } = useTranslation();
  const team = useTeam();
  const [isOpen, open] = useState(false);
  const tag = tags.find((one) => one.id === search.tag);
  const person = team.find((one) => one.id === search.assignee);
  const options = [
    ...tags.map((one) => ({ id: `tag ${one.id}`, label: one.name, mark: <Dot colour={one.colour} />, isOn: one.id === search.tag })),
    ...team.map((one) => ({ id: `assignee ${one.id}`, label: one.name ?? '', hint: t('inbox.assigned'), isOn: one.id === search.assignee })),
  ];
  const pick = (chosen: string) => {
    const [what, id] = chosen.split(' ') as ['tag' | 'assignee', string];
    onAsk({ ...search, [what]: search[what] === id ? undefined : id });
  };
  return (
    <div className={classes.head}>
      <Group gap={8} wrap="nowrap">
        <ViewTitle at={search.view ?? 'open'} />
        <HowMany at={search.view ?? 'open'} />
        <Group gap={2} ml="auto" wrap="nowrap">
          <Picker opened={isOpen} onOpen={open} label={t('inbox.filterBy')} nothing={t('inbox.noTags')} options={options} onPick={pick}>
            <ActionIcon aria-label={t('inbox.filterBy')} aria-haspopup="listbox" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
              <IconFilter size={16} />
            </ActionIcon>
          </Picker>
          <Preferences />
        </Group>
      </Group>
      <Words label={t('inbox.search')} shortcut={t('inbox.keys.search')} key={search.view ?? ''} words={search.q ?? ''} onWords={(q) => onAsk({ ...search, q: q || undefined })} />
      {(search.tag || search.assignee) && (
        <Group gap={6}>
          {search.tag && <Chip label={tag?.name ?? t('inbox.goneTag')} onDrop={() => onAsk({ ...search, tag: undefined })} />}
          {search.assignee && <Chip label={person?.name ?? t('inbox.somebody')} onDrop={() => onAsk({ ...search, assignee: undefined })} />}
        </Group>
      )}
    </div>
  );
}

function Chip({ label, onDrop }: { label: string; onDrop: () => void }) {
  const { t } = useTranslation();
  return (
    <span className={classes.chip}>
      <Text span inherit truncate>
        {label}
      </Text>
      <ActionIcon size={22} aria-label={t('inbox.dropFilter', { name: label })} onClick={onDrop}>
        <IconX size={12} />
      </ActionIcon>
    </span>
  );
}
