/** The messages of a thread, as they were said: by day, with what happened in between. */
import { Button, Text } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { Fragment, memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { exact, localeOf } from '../show/time';
import { eventWords } from './events';
import { Files } from './files';
import { useInboxLine } from './line';
import classes from './messages.module.css';
import { again, drop, type Pending, usePending } from './pending';
import { useTags } from '../tags/query';
import { useTeam } from './reading';
import { Said } from './said';
import { useSticky } from './sticky';
import type { Thread } from './thread';
import type { Tag } from '../tags/query';
import type { Conversation, Message } from './types';

/** Messages of one person that are closer than this stand together. */
const TOGETHER_SECONDS = 300;
const NO_TAGS: readonly Tag[] = [];

interface Props {
  readonly conversation: Conversation;
  readonly thread: Thread;
  readonly me: string;
  readonly onEdit: (pending: Pending) => void;
}

export function Messages({ conversation, thread, me, onEdit }: Props) {
  const { t, i18n } = useTranslation();
  const team = useTeam();
  const tags = useTags() ?? NO_TAGS;
  const { id, contact } = conversation;
  const { messages } = thread;
  const cids = useMemo(() => new Set(messages.map((one) => one.cid)), [messages]);
  const pending = usePending(id).filter((one) => !cids.has(one.cid));
  const { box, content, unreadFrom, isAway, news, toEnd } = useSticky(conversation, thread, pending.length);
  const marks = useInboxLine().marks.get(id);
  const lastOurs = messages.findLast((one) => one.from === 'team' && one.kind === 'message');
  const seen = lastOurs && stateOf(lastOurs, conversation, marks);
  const typing = useInboxLine().typing.get(id) ?? [];
  const names = useMemo(() => ({ team, tags, me, contact: contact.display_name }), [team, tags, me, contact.display_name]);

  return (
    <div className={classes.frame}>
      <div ref={box} className={classes.box} tabIndex={0} role="region" aria-label={t('inbox.messages')} data-thread>
        <div ref={content} className={classes.content}>
          {thread.hasOlder ? <Text size="xs" c="var(--quiet)" ta="center" py={8}>{t('inbox.older')}</Text> : null}
          {messages.map((one, index) => {
            const before = messages[index - 1];
            const day = dayOf(one.created_at);
            const isNewDay = !before || dayOf(before.created_at) !== day;
            return (
              <Fragment key={one.seq}>
                {isNewDay && (
                  <p className={classes.day}>
                    <span>{dayWords(one.created_at, i18n.language, t('inbox.today'), t('inbox.yesterday'))}</span>
                  </p>
                )}
                {one.seq === unreadFrom && (
                  <p className={classes.line} data-unread-line>
                    <span>{t('inbox.new')}</span>
                  </p>
                )}
                {one.kind === 'event' ? (
                  <p className={classes.event}>
                    {eventWords(one, names, t, i18n.language)} · <Clock at={one.created_at} />
                  </p>
                ) : (
                  <Bubble message={one} isFirst={isNewDay || !before || !isTogether(before, one)} me={me} contact={contact.display_name} language={i18n.language} />
                )}
                {one === lastOurs && seen && <p className={classes.seen}>{t(`inbox.state.${seen}`)}</p>}
              </Fragment>
            );
          })}
          {pending.map((one) => (
            <Sending key={one.cid} pending={one} onEdit={() => onEdit(one)} />
          ))}
          {typing.map(({ by, kind }) => (
            <p key={by === 'contact' ? by : by.id} className={classes.typing}>
              {t(by === 'contact' ? 'inbox.typing' : kind === 'note' ? 'inbox.typingNote' : 'inbox.typingReply', { name: by === 'contact' ? contact.display_name : (by.name ?? t('inbox.somebody')) })}
            </p>
          ))}
        </div>
      </div>
      {(isAway || thread.hasNewer) && (
        <Button className={classes.jump} variant="default" radius="xl" size="compact-sm" leftSection={<IconArrowDown size={14} aria-hidden />} onClick={toEnd}>
          {news ? t('inbox.jumpNew', { count: news }) : t('inbox.jump')}
        </Button>
      )}
      <Announced messages={messages} contact={contact.display_name} />
    </div>
  );
}

/** Only what comes now is read aloud, never the history. */
function Announced({ messages, contact }: { messages: readonly Message[]; contact: string }) {
  const last = messages.findLast((one) => one.from === 'contact');
  const isNew = last !== undefined && Date.now() / 1000 - last.created_at < 10;
  return (
    <p className={classes.announced} role="status">
      {isNew ? `${contact}: ${last.text}` : ''}
    </p>
  );
}

const isTogether = (a: Message, b: Message): boolean =>
  a.kind === b.kind && a.from === b.from && a.by?.id === b.by?.id && b.created_at - a.created_at < TOGETHER_SECONDS;

function stateOf(message: Message, one: Conversation, marks: { read: number; received: number } | undefined): 'seen' | 'received' | 'sent' {
  const at = message.public_seq ?? Infinity;
  if (one.contact_read_seq >= message.seq || (marks && marks.read >= at)) return 'seen';
  if (one.contact_received_seq >= message.seq || (marks && marks.received >= at)) return 'received';
  return 'sent';
}

interface BubbleProps {
  readonly message: Message;
  readonly isFirst: boolean;
  readonly me: string;
  readonly contact: string;
  readonly language: string;
}

const Bubble = memo(function Bubble({ message, isFirst, me, contact, language }: BubbleProps) {
  const { t } = useTranslation();
  const { from, by, kind, text, files } = message;
  const who = from === 'contact' ? contact : from === 'openbook' ? 'openbook' : by?.id === me ? t('inbox.you') : (by?.name ?? t('inbox.program'));
  return (
    <article className={classes.message} data-from={from} data-kind={kind} data-first={isFirst || undefined} data-seq={message.seq}>
      {isFirst && (
        <header className={classes.who}>
          <b>{who}</b>
          {kind === 'note' && <span className={classes.note}>{t('inbox.noteMark')}</span>}
          <Clock at={message.created_at} />
        </header>
      )}
      {text && (
        <div className={classes.bubble} dir="auto" title={exact(message.created_at, language)}>
          <Said text={text} />
        </div>
      )}
      {files.length > 0 && <Files files={files} />}
    </article>
  );
});

function Sending({ pending, onEdit }: { pending: Pending; onEdit: () => void }) {
  const { t } = useTranslation();
  const { cid, text, kind, files, refusal } = pending;
  return (
    <article className={classes.message} data-from="team" data-kind={kind} data-first data-pending={refusal === null || undefined}>
      <header className={classes.who}>
        <b>{t('inbox.you')}</b>
        {kind === 'note' && <span className={classes.note}>{t('inbox.noteMark')}</span>}
        <span>{t(refusal === null ? 'inbox.sending' : 'inbox.notSent')}</span>
      </header>
      {text && (
        <div className={classes.bubble} dir="auto">
          <Said text={text} />
        </div>
      )}
      {files.length > 0 && <Files files={files} />}
      {refusal !== null && (
        <div className={classes.refused} role="alert">
          <span>{refusal}</span>
          <Button variant="default" size="compact-xs" onClick={() => again(cid)}>
            {t('act.again')}
          </Button>
          <Button
            variant="default"
            size="compact-xs"
            onClick={() => {
              drop(cid);
              onEdit();
            }}
          >
            {t('inbox.edit')}
          </Button>
          <Button variant="default" size="compact-xs" onClick={() => drop(cid)}>
            {t('inbox.discard')}
          </Button>
        </div>
      )}
    </article>
  );
}

function Clock({ at }: { at: number }) {
  const { i18n } = useTranslation();
  const date = new Date(at * 1000);
  return (
    <time dateTime={date.toISOString()} title={exact(at, i18n.language)}>
      {date.toLocaleTimeString(localeOf(i18n.language), { hour: '2-digit', minute: '2-digit' })}
    </time>
  );
}

const dayOf = (at: number): string => new Date(at * 1000).toDateString();

function dayWords(at: number, language: string, today: string, yesterday: string): string {
  const day = dayOf(at);
  const now = Date.now() / 1000;
  if (day === dayOf(now)) return today;
  if (day === dayOf(now - 86_400)) return yesterday;
  const isOld = now - at > 300 * 86_400;
  return new Date(at * 1000).toLocaleDateString(localeOf(language), { weekday: 'long', day: 'numeric', month: 'long', ...(isOld ? { year: 'numeric' } : {}) });
}

