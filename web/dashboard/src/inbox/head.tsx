/** The head of a thread: with whom, whose it is, until when it sleeps, and what is done with it. */
import { ActionIcon, Button, Group, Menu, Title, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertOctagon, IconArrowLeft, IconArrowsJoin2, IconCheck, IconClock, IconCopy, IconDots, IconDownload, IconInfoCircle, IconMailOpened, IconPrinter, IconRotate, IconTag, IconUser } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type RefObject, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetched } from '../fetched';
import { useShortcut } from '../shell/shortcuts';
import { KindMark } from '../show/kind';
import { useMay } from '../show/may';
import { exact } from '../show/time';
import { refused, told } from '../show/toast';
import * as calls from './calls';
import { change, markSpam, markUnread } from './changing';
import classes from './pane.module.css';
import { Picker } from './picker';
import { tagsQuery, useTags } from '../tags/query';
import { Dot } from '../tags/chip';
import { useTeam } from './reading';
import { Snoozing } from './snoozing';
import { TagMarks } from './tag-marks';
import { copyTranscript, printTranscript } from './transcript';
import type { Conversation } from './types';

const Merging = fetched(async () => (await import('./merging')).Merging);

interface Props {
  readonly conversation: Conversation;
  readonly level: 1 | 2;
  readonly me: string;
  readonly onBack: (() => void) | null;
  readonly onBeside: (() => void) | null;
  readonly onClosed: (one: Conversation) => void;
  readonly onGo: (id: string) => void;
  /** What closes it, for the composer. */
  readonly closing: RefObject<() => void>;
}

const NOBODY = 'nobody';
const NO_TAGS: never[] = [];

export function ThreadHead({ conversation: one, level, me, onBack, onBeside, onClosed, onGo, closing }: Props) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const mayWrite = may('conversations:write');
  const client = useQueryClient();
  const team = useTeam();
  const tags = useTags() ?? NO_TAGS;
  const [open, setOpen] = useState<'assign' | 'snooze' | 'tag' | null>(null);
  const [isMerging, merging] = useDisclosure(false);
  const toggle = (what: typeof open) => (isOpen: boolean) => setOpen(isOpen ? what : null);
  const isClosed = one.status === 'closed';

  const finish = () => {
    const wanted = isClosed ? 'open' : 'closed';
    void change(one, { status: wanted }, team, t(`inbox.${wanted}Done`, { name: one.contact.display_name }));
    if (!isClosed) onClosed(one);
  };
  closing.current = finish;
  const assign = (id: string) => {
    const whom = id === NOBODY ? null : id;
    const name = team.find((member) => member.id === whom)?.name;
    void change(one, { assignee_id: whom }, team, whom ? t('inbox.assignedDone', { name: whom === me ? t('inbox.youObject') : name }) : t('inbox.unassignedDone'));
  };
  const spam = () => {
    void markSpam(one, !one.spam);
    onClosed(one);
  };
  const snooze = (until: number) => {
    void change(one, { status: 'snoozed', snoozed_until: Math.round(until) }, team, t('inbox.snoozedDone', { when: exact(until, i18n.language) }));
    onClosed(one);
  };
  const tag = (id: string) => {
    const wanted = one.tags.includes(id) ? one.tags.filter((has) => has !== id) : [...one.tags, id];
    void change(one, { tags: wanted }, team, null);
  };
  const make = async (name: string) => {
    try {
      const made = await calls.makeTag(name);
      await client.invalidateQueries({ queryKey: tagsQuery.queryKey });
      await change(one, { tags: [...one.tags, made.id] }, team, null);
    } catch (error) {
      refused(t('inbox.notChanged'), error);
    }
  };
  const whose = one.assignee ? (one.assignee.id === me ? t('inbox.yours') : (one.assignee.name ?? t('inbox.program'))) : t('inbox.nobody');
  const nothing = () => {};
  useShortcut('e', t(isClosed ? 'inbox.keys.reopen' : 'inbox.keys.close'), mayWrite ? finish : nothing);
  useShortcut('a', t('inbox.keys.assign'), mayWrite ? () => setOpen('assign') : nothing);
  useShortcut('s', t('inbox.keys.snooze'), mayWrite ? () => setOpen('snooze') : nothing);
  useShortcut('t', t('inbox.keys.tag'), mayWrite ? () => setOpen('tag') : nothing);
  useShortcut('!', t('inbox.keys.spam'), mayWrite ? spam : nothing);
  useShortcut('u', t('inbox.keys.unread'), () => void markUnread(one));

  const people = [{ id: NOBODY, name: t('inbox.nobody') }, ...team].map((member) => ({
    id: member.id,
    label: member.id === me ? t('inbox.meNamed', { name: member.name }) : (member.name ?? ''),
    isOn: member.id === (one.assignee?.id ?? NOBODY),
  }));
  const own = people.find((person) => person.id === me);
  const ordered = own ? [own, ...people.filter((person) => person !== own)] : people;

  return (
    <header className={classes.head}>
      {onBack && (
        <ActionIcon aria-label={t('inbox.back')} onClick={onBack}>
          <IconArrowLeft size={16} />
        </ActionIcon>
      )}
      <div className={classes.who}>
        <Group gap={8} wrap="nowrap">
          <Title order={level} id="thread-name" className={classes.name} title={one.contact.display_name}>
            {one.contact.display_name}
          </Title>
          <span className={classes.wide}>
            <KindMark kind={one.contact.kind} />
          </span>
        </Group>
        <div className={classes.sub}>
          <span>{one.spam ? t('inbox.spam.mark') : one.status === 'snoozed' && one.snoozed_until ? t('inbox.snoozedUntil', { when: exact(one.snoozed_until, i18n.language) }) : t(`inbox.status.${one.status}`)}</span>
          <TagMarks ids={one.tags} tags={tags} most={3} />
        </div>
      </div>
      <Group gap={4} wrap="nowrap" className={classes.tools}>
        {mayWrite && (
          <>
            <Picker opened={open === 'assign'} onOpen={toggle('assign')} label={t('inbox.assignTo')} nothing={t('inbox.noColleague')} options={ordered} onPick={assign}>
              <Button variant="default" leftSection={<IconUser size={14} aria-hidden />} onClick={() => setOpen(open === 'assign' ? null : 'assign')} aria-haspopup="listbox" aria-expanded={open === 'assign'} className={classes.assignee} aria-label={`${t('inbox.keys.assign')}: ${whose}`} title={t('inbox.assignKey')}>
                <span className={classes.wide}>{whose}</span>
              </Button>
            </Picker>
            <Picker
              opened={open === 'tag'}
              onOpen={toggle('tag')}
              label={t('inbox.tagWith')}
              nothing={t('inbox.noTags')}
              isMany
              options={tags.map((tag) => ({ id: tag.id, label: tag.name, isOn: one.tags.includes(tag.id), mark: <Dot colour={tag.colour} /> }))}
              onPick={tag}
              onMake={(name) => void make(name)}
              makeLabel={(name) => t('inbox.makeTag', { name })}
            >
              <ActionIcon className={classes.wide} aria-label={t('inbox.tagsOf')} title={t('inbox.tagsKey')} onClick={() => setOpen(open === 'tag' ? null : 'tag')} aria-haspopup="listbox" aria-expanded={open === 'tag'}>
                <IconTag size={16} />
              </ActionIcon>
            </Picker>
            <Snoozing opened={open === 'snooze'} onOpen={toggle('snooze')} onSnooze={snooze}>
              <ActionIcon className={classes.wide} aria-label={t('inbox.snooze')} title={t('inbox.snoozeKey')} onClick={() => setOpen(open === 'snooze' ? null : 'snooze')} aria-haspopup="dialog" aria-expanded={open === 'snooze'}>
                <IconClock size={16} />
              </ActionIcon>
            </Snoozing>
            {one.spam && (
              <Button variant="default" leftSection={<IconAlertOctagon size={14} aria-hidden />} onClick={spam} title={t('inbox.spam.noKey')}>
                {t('inbox.spam.no')}
              </Button>
            )}
            <Button variant="default" className={one.spam ? classes.wide : undefined} leftSection={isClosed ? <IconRotate size={14} aria-hidden /> : <IconCheck size={14} aria-hidden />} onClick={finish}>
              {t(isClosed ? 'inbox.reopen' : 'inbox.close')}
            </Button>
          </>
        )}
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <ActionIcon aria-label={t('inbox.more')}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {mayWrite && (
              <>
                <Menu.Item hiddenFrom="sm" leftSection={<IconTag size={14} aria-hidden />} onClick={() => setOpen('tag')}>
                  {t('inbox.tagsOf')}
                </Menu.Item>
                <Menu.Item hiddenFrom="sm" leftSection={<IconClock size={14} aria-hidden />} onClick={() => setOpen('snooze')}>
                  {t('inbox.snooze')}
                </Menu.Item>
              </>
            )}
            <Menu.Item leftSection={<IconMailOpened size={14} aria-hidden />} onClick={() => void markUnread(one)}>
              {t('inbox.markUnread')}
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy size={14} aria-hidden />} onClick={() => void copyTranscript(one.id, () => told(t('inbox.copied')), (error) => refused(t('inbox.notCopied'), error))}>
              {t('inbox.copy')}
            </Menu.Item>
            <Menu.Item leftSection={<IconPrinter size={14} aria-hidden />} onClick={() => printTranscript(one.id)}>
              {t('inbox.print')}
            </Menu.Item>
            <Menu.Item leftSection={<IconDownload size={14} aria-hidden />} component="a" href={calls.transcriptAt(one.id, 'text')} download={`conversation-${one.id}.txt`}>
              {t('inbox.download')}
            </Menu.Item>
            {mayWrite && (
              <>
                <Menu.Divider />
                <Menu.Item leftSection={<IconArrowsJoin2 size={14} aria-hidden />} onClick={merging.open}>
                  {t('inbox.merge')}
                </Menu.Item>
                <Menu.Item leftSection={<IconAlertOctagon size={14} aria-hidden />} onClick={spam}>
                  {t(one.spam ? 'inbox.spam.no' : 'inbox.spam.yes')}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
        {onBeside && (
          <Tooltip label={t('inbox.beside')}>
            <ActionIcon aria-label={t('inbox.beside')} onClick={onBeside}>
              <IconInfoCircle size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {isMerging && (
        <Suspense>
          <Merging conversation={one} onClose={merging.close} onGo={onGo} />
        </Suspense>
      )}
    </header>
  );
}
