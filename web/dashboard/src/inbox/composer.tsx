/** Where an answer or a note is written. What is begun stays on this device until it is sent. */
import { ActionIcon, Button, Group, Menu, Text, Tooltip } from '@mantine/core';
import { IconChevronDown, IconPaperclip, IconSlash, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ClipboardEvent, type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../session/me';
import { useHere } from '../show/may';
import { useShortcut } from '../shell/shortcuts';
import classes from './composer.module.css';
import { keep, kept, onKept } from './drafts';
import { sizeOf } from './files';
import { filled, mentionedIn, missingIn } from './filling';
import { sayTyping } from './line';
import { type Pending, send } from './pending';
import { useEnterSends } from './preferences';
import { cannedQuery, useTeam } from './reading';
import { begunAt, type Suggestion, Suggestions } from './suggesting';
import type { Conversation, Kind } from './types';
import { useUploads } from './uploading';

/** As the server takes them. */
const LONGEST = 10_000;
const TALLEST_PX = 260;
const OFFERED = 8;

interface Props {
  readonly conversation: Conversation;
  readonly onSent: () => void;
  readonly onClose: () => void;
  /** A message that was refused and is to be written anew. */
  readonly returned: Pending | null;
  /** Files that were dropped on the thread. */
  readonly dropped: readonly File[] | null;
}

export function Composer({ conversation, onSent, onClose, returned, dropped }: Props) {
  const { t, i18n } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const here = useHere();
  const team = useTeam();
  const person = me?.person.id ?? '';
  const { id, contact } = conversation;
  const [first] = useState(() => kept(person, id));
  const [text, setText] = useState(first?.text ?? '');
  const [kind, setKind] = useState<Kind>(first?.kind ?? 'message');
  const [cursor, setCursor] = useState(0);
  const [at, setAt] = useState(0);
  const [isDismissed, dismiss] = useState(false);
  const [isWarned, warn] = useState(false);
  const [enterSends] = useEnterSends();
  const uploads = useUploads(first?.files);
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const offeredId = useId();
  const { data: canned } = useQuery(cannedQuery);
  const isNote = kind === 'note';
  const files = useMemo(() => uploads.all.flatMap((one) => one.done ?? []), [uploads.all]);
  const draft = useRef({ text, kind });
  draft.current = { text, kind };
  // Where a file that was brought goes with the draft.
  useEffect(() => keep(person, id, { ...draft.current, files }), [person, id, files]);
  // What is written in another tab stands here too; what was sent from there is not sent twice.
  const { putBack } = uploads;
  useEffect(
    () =>
      onKept(person, id, (other) => {
        setText(other?.text ?? '');
        setKind((before) => other?.kind ?? before);
        putBack(other?.files ?? []);
      }),
    [person, id, putBack],
  );

  const write = (next: string, as: Kind = kind) => {
    setText(next);
    warn(false);
    keep(person, id, { text: next, kind: as, files });
    if (next.trim()) sayTyping(id, as);
  };
  const become = (next: Kind) => {
    setKind(next);
    keep(person, id, { text, kind: next, files });
    // The list of keys is closed before the field is there to be written into.
    requestAnimationFrame(() => field.current?.focus());
  };
  useShortcut('r', t('inbox.keys.reply'), () => become('message'));
  useShortcut('n', t('inbox.keys.note'), () => become('note'));

  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, TALLEST_PX)}px`;
  }, [text, kind]);
  useEffect(() => {
    if (!returned) return;
    setKind(returned.kind);
    write([returned.text, text].filter(Boolean).join('\n'), returned.kind);
    uploads.putBack(returned.files);
    field.current?.focus();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [returned]);
  useEffect(() => {
    if (dropped?.length) uploads.add(dropped);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [dropped]);

  const known = useMemo(
    () => ({ 'contact.name': contact.name, 'contact.email': contact.email, 'agent.name': me?.person.name ?? null, 'workspace.name': here?.name ?? null }),
    [contact.name, contact.email, me?.person.name, here?.name],
  );
  const begun = isDismissed ? null : begunAt(text, cursor, kind);
  const found: Suggestion[] = useMemo(() => {
    if (begun?.mark === '/') {
      const all = (canned ?? []).filter((one) => one.shortcut.includes(begun.words) || (begun.words.length > 2 && one.text.toLowerCase().includes(begun.words)));
      const starts = (one: { shortcut: string }) => (one.shortcut.startsWith(begun.words) ? 0 : 1);
      return all
        .sort((a, b) => starts(a) - starts(b))
        .slice(0, OFFERED)
        .map((one) => ({ id: one.id, text: filled(one.text, known), label: `/${one.shortcut}`, hint: filled(one.text, known) }));
    }
    if (begun?.mark === '@') {
      return team.filter((one) => one.id !== person && one.name?.toLowerCase().includes(begun.words)).slice(0, OFFERED).map((one) => ({ id: one.id, text: `@${one.name}`, label: one.name ?? '' }));
    }
    return [];
  }, [begun?.mark, begun?.words, canned, team, known, person]);
  useEffect(() => setAt(0), [begun?.mark, begun?.words]);

  const pick = (one: Suggestion) => {
    if (!begun) return;
    const next = `${text.slice(0, begun.from)}${one.text}${begun.mark === '@' ? ' ' : ''}`;
    write(next + text.slice(cursor));
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(next.length, next.length);
      setCursor(next.length);
    });
  };

  const missing = missingIn(text);
  const maySend = (text.trim() !== '' || files.length > 0) && files.length === uploads.all.length && text.length <= LONGEST;
  const submit = (andClose = false) => {
    if (!maySend) return;
    if (missing.length && !isWarned) return warn(true);
    const mentions = isNote ? mentionedIn(text, team) : [];
    send({ conversation: id, text: text.trim(), kind, files, mentions }, andClose ? onClose : undefined);
    write('');
    uploads.clear();
    onSent();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (begun && found.length) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        return setAt((at + step + found.length) % found.length);
      }
      if (event.key === 'Enter' || event.key === 'Tab') {
        event.preventDefault();
        return pick(found[at] ?? found[0]!);
      }
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      if (begun) return dismiss(true);
      field.current?.blur();
    }
    if (event.key !== 'Enter') return;
    const isForced = event.ctrlKey || event.metaKey;
    if (isForced || (enterSends && !event.shiftKey && !event.altKey)) {
      event.preventDefault();
      submit(isForced && event.shiftKey);
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files];
    if (!pasted.length) return;
    event.preventDefault();
    uploads.add(pasted);
  };
  const follow = () => {
    setCursor(field.current?.selectionStart ?? 0);
    dismiss(false);
  };

  return (
    <form
      className={classes.composer}
      data-note={isNote || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {begun && <Suggestions id={offeredId} label={t(begun.mark === '/' ? 'inbox.canned' : 'inbox.colleagues')} nothing={t(begun.mark === '/' ? 'inbox.noCanned' : 'inbox.noColleague')} found={found} at={at} onPick={pick} />}
      <div className={classes.kinds} role="group" aria-label={t('inbox.kind')}>
        {(['message', 'note'] as const).map((one) => (
          <button key={one} type="button" className={classes.kind} aria-pressed={kind === one} onClick={() => become(one)}>
            {t(`inbox.${one}`)}
          </button>
        ))}
        <Text span size="xs" c="var(--quiet)" ml="auto" truncate>
          {t(isNote ? 'inbox.noteFor' : 'inbox.messageFor', { name: contact.display_name })}
        </Text>
      </div>
      <textarea
        ref={field}
        className={classes.field}
        rows={2}
        value={text}
        aria-label={t(isNote ? 'inbox.noteField' : 'inbox.messageField')}
        placeholder={t(isNote ? 'inbox.noteHint' : 'inbox.messageHint')}
        aria-autocomplete="list"
        aria-controls={begun && found.length ? offeredId : undefined}
        aria-activedescendant={begun && found.length ? `${offeredId}-${at}` : undefined}
        onChange={(event) => {
          write(event.currentTarget.value);
          setCursor(event.currentTarget.selectionStart);
          dismiss(false);
        }}
        onSelect={() => setCursor(field.current?.selectionStart ?? 0)}
        onClick={follow}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {uploads.all.length > 0 && (
        <ul className={classes.files} aria-label={t('inbox.files')}>
          {uploads.all.map((one) => (
            <li key={one.key} className={classes.file} data-refused={one.refusal ? true : undefined}>
              <span>
                <b>{one.name}</b>
                <small>{one.refusal ?? (one.done ? sizeOf(one.size, i18n.language) : t('inbox.uploading'))}</small>
              </span>
              <ActionIcon size={24} aria-label={t('inbox.removeFile', { name: one.name })} onClick={() => uploads.remove(one.key)}>
                <IconX size={12} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      {(isWarned || missing.length > 0) && (
        <p className={classes.warning} role={isWarned ? 'alert' : 'status'}>
          {t(isWarned ? 'inbox.missingSend' : 'inbox.missing', { names: missing.map((name) => `{{${name}}}`).join(', '), interpolation: { escapeValue: false } })}
        </p>
      )}
      {text.length > LONGEST && (
        <p className={classes.warning} role="status">
          {t('inbox.tooLong', { number: text.length - LONGEST })}
        </p>
      )}
      <Group gap={4} className={classes.foot} wrap="nowrap">
        <Tooltip label={t('inbox.attach')}>
          <ActionIcon aria-label={t('inbox.attach')} onClick={() => chooser.current?.click()}>
            <IconPaperclip size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('inbox.cannedHint')}>
          <ActionIcon
            aria-label={t('inbox.cannedHint')}
            onClick={() => {
              const next = text && !/\s$/.test(text) ? `${text} /` : `${text}/`;
              write(next);
              setCursor(next.length);
              dismiss(false);
              field.current?.focus();
            }}
          >
            <IconSlash size={16} />
          </ActionIcon>
        </Tooltip>
        <input ref={chooser} type="file" multiple hidden onChange={(event) => {
          uploads.add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }} />
        <Text span size="xs" c="var(--quiet)" ml="auto" mr={8} className={classes.hint}>
          {t(enterSends ? 'inbox.enterSends' : 'inbox.modEnterSends')}
        </Text>
        <Button.Group className={classes.send}>
          <Button type="submit" disabled={!maySend} color={isNote ? 'violet' : undefined}>
            {t(isWarned ? 'inbox.sendAnyway' : isNote ? 'inbox.addNote' : 'inbox.send')}
          </Button>
          {!isNote && conversation.status !== 'closed' && (
            <Menu position="top-end">
              <Menu.Target>
                <Button px={6} disabled={!maySend} aria-label={t('inbox.sendMore')} className={classes.more}>
                  <IconChevronDown size={14} />
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => submit(true)}>{t('inbox.sendAndClose')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </Button.Group>
      </Group>
    </form>
  );
}
