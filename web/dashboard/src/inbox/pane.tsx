/** One conversation in front: who it is with, what can be done, what was said, and where to answer. */
import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api';
import { meQuery } from '../session/me';
import { Failure } from '../shell/states';
import { useMay } from '../show/may';
import { Composer } from './composer';
import { ThreadHead } from './head';
import { onMessage, openThread, useInboxLine } from './line';
import { Messages } from './messages';
import classes from './pane.module.css';
import type { Pending } from './pending';
import { useConversation } from './reading';
import { lastSeq, took, useThread } from './thread';
import type { Conversation } from './types';

interface Props {
  readonly id: string;
  /** 1 where it is the whole screen. */
  readonly level: 1 | 2;
  readonly onBack: (() => void) | null;
  readonly onClosed: (one: Conversation) => void;
  readonly onBeside: (() => void) | null;
  readonly onGo: (id: string) => void;
  readonly onLeave: () => void;
}

export function ThreadPane({ id, level, onBack, onClosed, onBeside, onGo, onLeave }: Props) {
  const { t } = useTranslation();
  const found = useConversation(id);
  const thread = useThread(id);
  const may = useMay();
  const me = useQuery(meQuery).data?.person.id ?? '';
  const conversation = found.data;
  const [returned, edit] = useState<Pending | null>(null);
  const [dropped, drop] = useState<readonly File[] | null>(null);
  const [isOver, setOver] = useState(false);
  const close = useRef<() => void>(() => {});
  const isThere = thread.data !== undefined;

  useEffect(() => {
    if (!isThere) return;
    openThread(id, () => lastSeq(id));
    const end = onMessage((of, message) => {
      if (of === id) took(id, message);
    });
    return () => {
      end();
      openThread(null);
    };
  }, [id, isThere]);
  // A conversation that was merged is answered as the one that has its messages now.
  const now = conversation?.id;
  useEffect(() => {
    if (now && now !== id) onGo(now);
  }, [now, id, onGo]);

  // What was loaded before is not shown of one that is erased.
  if (found.error instanceof Problem && found.error.status === 404) return <Gone level={level} onLeave={onLeave} />;
  const failed = (!conversation && found.error) || (!thread.data && thread.error);
  if (failed) return <Failure level={level} error={failed} onAgain={() => void Promise.all([found.refetch(), thread.refetch()])} />;
  if (!conversation) return <Ghost />;
  const mayWrite = may('conversations:write');
  const over = (event: DragEvent) => {
    if (!mayWrite || ![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    setOver(event.type === 'dragover');
    if (event.type === 'drop') drop([...event.dataTransfer.files]);
  };
  return (
    <section className={classes.pane} aria-labelledby="thread-name" onDragOver={over} onDragLeave={() => setOver(false)} onDrop={over} data-over={isOver || undefined}>
      <ThreadHead conversation={conversation} level={level} me={me} onBack={onBack} onBeside={onBeside} onClosed={onClosed} onGo={onGo} closing={close} />
      <Collision id={id} />
      {thread.data ? <Messages conversation={conversation} thread={thread.data} me={me} onEdit={edit} /> : <GhostMessages />}
      {mayWrite ? (
        <Composer conversation={conversation} returned={returned} dropped={dropped} onSent={() => edit(null)} onClose={() => close.current()} />
      ) : (
        <Text size="sm" c="var(--quiet)" p="md">
          {t('inbox.readOnly')}
        </Text>
      )}
      {isOver && <p className={classes.drop}>{t('inbox.drop')}</p>}
    </section>
  );
}

/** Who else is here: two answers to one question help nobody. */
function Collision({ id }: { id: string }) {
  const { t } = useTranslation();
  const { typing, viewing } = useInboxLine();
  const writing = (typing.get(id) ?? []).flatMap(({ by, kind }) => (by === 'contact' ? [] : [{ ...by, kind }]));
  const others = (viewing.get(id) ?? []).filter((one) => !writing.some((by) => by.id === one.id));
  const names = (all: readonly { name: string | null }[]) => all.map((one) => one.name ?? t('inbox.somebody')).join(', ');
  return (
    <div role="status" className={classes.collision} data-writing={writing.length > 0 || undefined}>
      {writing.length > 0 ? t('inbox.writing', { names: names(writing), count: writing.length }) : others.length > 0 ? t('inbox.viewing', { names: names(others), count: others.length }) : null}
    </div>
  );
}

function Ghost() {
  const { t } = useTranslation();
  return (
    <div className={classes.pane} aria-busy aria-label={t('inbox.loading')} role="group">
      <div className={classes.head}>
        <Skeleton h={18} w={180} />
      </div>
      <GhostMessages />
    </div>
  );
}

function GhostMessages() {
  const { t } = useTranslation();
  return (
    <Stack className={classes.ghosts} gap="lg" aria-busy aria-label={t('inbox.loading')} role="group">
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} h={34 + ((index * 29) % 40)} w={`${35 + ((index * 17) % 30)}%`} ml={index % 3 === 1 ? 'auto' : undefined} />
      ))}
    </Stack>
  );
}

/** An old link, or a contact that was erased while somebody looked. */
function Gone({ level, onLeave }: { level: 1 | 2; onLeave: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.nothing} role="alert">
      <Title order={level} fz="md">
        {t('inbox.goneTitle')}
      </Title>
      <Text size="sm" c="var(--quiet)" maw={360}>
        {t('inbox.goneText')}
      </Text>
      <Button variant="default" onClick={onLeave}>
        {t('inbox.back')}
      </Button>
    </div>
  );
}

/** Nothing is chosen: what the keys do, since the work begins here. */
export function NothingChosen({ onFirst }: { onFirst: (() => void) | null }) {
  const { t } = useTranslation();
  return (
    <div className={classes.nothing}>
      <Text fw={550}>{t('inbox.chooseTitle')}</Text>
      <Text size="sm" c="var(--quiet)" maw={360}>
        {t('inbox.chooseText')}
      </Text>
      {onFirst && (
        <Button variant="default" onClick={onFirst}>
          {t('inbox.openFirst')}
        </Button>
      )}
    </div>
  );
}
