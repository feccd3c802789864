/** A value that can be changed where it stands. Enter saves, Escape leaves it as it was. */
import { ActionIcon, Anchor, Button, Group, NativeSelect, Text, TextInput, Tooltip } from '@mantine/core';
import { IconCheck, IconPencil, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Contact, Problem } from '../api';
import { useEdit, useWithdraw, type Value } from './changing';
import classes from './editable.module.css';

export type Shape = 'text' | 'email' | 'number' | 'flag' | 'time';

interface Props {
  readonly contact: Contact;
  /** A field's id, or attributes.NAME. */
  readonly name: string;
  readonly label: string;
  readonly shape: Shape;
  readonly value: unknown;
  readonly children: ReactNode;
}

export function Editable({ contact, name, label, shape, value, children }: Props) {
  const { t } = useTranslation();
  const edit = useEdit(contact);
  const withdraw = useWithdraw(contact);
  const [draft, type] = useState<string | null>(null);
  const pencil = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  const isOpen = draft !== null;
  useEffect(() => {
    // The focus stays with the value that was changed.
    if (wasOpen.current && !isOpen) pencil.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);

  const begin = () => {
    type(edit.isError ? told(edit.variables.value, shape) : told(value, shape));
    edit.reset();
  };
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (draft === null) return;
    const next = read(draft, shape);
    type(null);
    if (next !== (value ?? null)) edit.mutate({ name, label, value: next });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    type(null);
  };

  if (isOpen) {
    const claimed = name.replace(/^attributes\./, 'attribute.');
    const isOurs = contact.provenance[name]?.trust === 'server';
    const before = isOurs && contact.claims?.find((claim) => claim.field === claimed);
    return (
      <form onSubmit={save} onKeyDown={onKeyDown} className={classes.form} aria-label={t('edit.open', { field: label })}>
        <Group gap={4} wrap="nowrap">
          <Input shape={shape} label={label} draft={draft} onType={type} />
          <Tooltip label={t('edit.save')}>
            <ActionIcon type="submit" aria-label={t('edit.save')}>
              <IconCheck size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('edit.leave')}>
            <ActionIcon aria-label={t('edit.leave')} onClick={() => type(null)}>
              <IconX size={14} />
            </ActionIcon>
          </Tooltip>
        </Group>
        <Group gap={8} justify="space-between">
          <Text size="xs" c="var(--quiet)">
            {t(shape === 'flag' ? 'edit.hintFlag' : 'edit.hint')}
          </Text>
          {before && (
            <Tooltip multiline w={260} label={t('edit.withdrawWhy')}>
              <Button
                variant="subtle"
                size="compact-xs"
                className={classes.before}
                onClick={() => {
                  type(null);
                  withdraw.mutate({ name, label, value: (value ?? null) as Value });
                }}
              >
                {t('edit.withdraw', { value: String(before.value), source: t(`source.${before.source}`) })}
              </Button>
            </Tooltip>
          )}
        </Group>
      </form>
    );
  }
  return (
    <>
      <span className={classes.value} data-pending={edit.isPending || undefined}>
        {children}
      </span>
      <Tooltip label={t('edit.open', { field: label })}>
        <ActionIcon ref={pencil} size={24} className={classes.pencil} aria-label={t('edit.open', { field: label })} onClick={begin} data-edit={name}>
          <IconPencil size={14} />
        </ActionIcon>
      </Tooltip>
      {edit.isError && <Refusal error={edit.error} contact={contact} onAgain={begin} />}
    </>
  );
}

/** Why the value is what it was: what the server said, and what can be done about it. */
function Refusal({ error, contact, onAgain }: { error: Error; contact: Contact; onAgain: () => void }) {
  const { t } = useTranslation();
  const other = error instanceof Problem && typeof error.more.contact_id === 'string' ? error.more.contact_id : null;
  return (
    <Text role="alert" size="sm" className={classes.refusal}>
      {t('edit.refused')} {error instanceof Problem ? error.message : t('failure.networkText')}{' '}
      <Anchor component="button" type="button" inherit onClick={onAgain}>
        {t('edit.again')}
      </Anchor>
      {other && (
        <>
          {' · '}
          <Link to="/contacts/$id" params={{ id: other }}>
            {t('edit.other')}
          </Link>
          {' · '}
          <Link to="/contacts/$id/merge" params={{ id: contact.id }} search={{ with: other }}>
            {t('edit.merge')}
          </Link>
        </>
      )}
    </Text>
  );
}

function Input({ shape, label, draft, onType }: { shape: Shape; label: string; draft: string; onType: (text: string) => void }) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  if (shape === 'flag') {
    const choices = [
      { value: '', label: t('edit.unknown') },
      { value: 'true', label: t('value.yes') },
      { value: 'false', label: t('value.no') },
    ];
    return <NativeSelect size="xs" autoFocus aria-label={label} data={choices} value={draft} onChange={(event) => onType(event.currentTarget.value)} />;
  }
  const type = shape === 'time' ? 'datetime-local' : shape === 'number' ? 'number' : 'text';
  return (
    <TextInput
      ref={field}
      flex={1}
      autoFocus
      autoComplete="off"
      type={type}
      step="any"
      inputMode={shape === 'email' ? 'email' : undefined}
      aria-label={label}
      value={draft}
      onChange={(event) => onType(event.currentTarget.value)}
    />
  );
}

/** A value as it is typed. */
function told(value: unknown, shape: Shape): string {
  if (value === null || value === undefined) return '';
  if (shape !== 'time') return String(value);
  const at = new Date(String(value));
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What was typed as a value; nothing typed clears it. */
function read(draft: string, shape: Shape): Value {
  const typed = draft.trim();
  if (typed === '') return null;
  if (shape === 'number') return Number(typed);
  if (shape === 'flag') return typed === 'true';
  if (shape === 'time') return new Date(typed).toISOString();
  return typed;
}
