/** Where a value came from: one small mark, and on hover, focus or click the whole story. */
import { Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Provenance } from '../../../client/src';
import type { Contact, Field } from '../api';
import { Mark } from '../show/mark';
import { standingOf } from '../show/standing';
import { exact, Moment } from '../show/time';
import classes from './origin.module.css';

const OPEN_MS = 150;
const CLOSE_MS = 120;

interface Props {
  readonly label: string;
  readonly from: Provenance;
  /** The entry of the catalogue; an attribute of the operator's has none. */
  readonly field?: Field;
  /** What else was said, and outranked. */
  readonly lost: NonNullable<Contact['claims']>;
}

export function Origin({ label, from, field, lost }: Props) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const [opened, open] = useState(false);
  const [isPinned, pin] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const soon = (next: boolean) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => open(next), next ? OPEN_MS : CLOSE_MS);
  };
  const close = () => {
    clearTimeout(timer.current);
    pin(false);
    open(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !opened) return;
    event.preventDefault(); // one step back: the story, not the screen
    close();
  };
  const standing = standingOf(from);
  return (
    <Popover opened={opened} onDismiss={close} width={320} position="right" withRoles={false} shadow="md" middlewares={{ flip: true, shift: { padding: 8 } }}>
      <Popover.Target>
        <UnstyledButton
          className={classes.mark}
          data-standing={standing}
          aria-label={t('origin.label', { field: label, standing: t(`standing.${standing}`) })}
          aria-describedby={opened ? id : undefined}
          onMouseEnter={() => soon(true)}
          onMouseLeave={() => !isPinned && soon(false)}
          onFocus={(event) => event.currentTarget.matches(':focus-visible') && soon(true)}
          onBlur={close}
          onClick={() => {
            clearTimeout(timer.current);
            pin(true);
            open(true);
          }}
          onKeyDown={onKeyDown}
        >
          <Mark standing={standing} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown id={id} role="tooltip" onMouseEnter={() => soon(true)} onMouseLeave={() => !isPinned && soon(false)}>
        <Stack gap={4}>
          <Text size="sm" fw={550}>
            {t(`standing.${standing}`)}
          </Text>
          <Text size="sm">{t(`standing.${standing}Why`, { source: t(`source.${from.source}`) })}</Text>
          {from.from && <Text size="sm">{t('origin.from', { from: lookedUp(from.from, t) })}</Text>}
          {from.at !== null && (
            <Text size="sm" c="var(--quiet)">
              <Moment at={from.at} /> · {exact(from.at, i18n.language)}
            </Text>
          )}
          {lost.slice(0, 3).map((claim, index) => (
            <Text key={index} size="sm" c="var(--quiet)">
              {t('origin.lost', { value: String(claim.value), source: t(`source.${claim.source}`) })}
            </Text>
          ))}
          <Text size="sm" c="var(--quiet)" className={classes.why}>
            {field
              ? t('origin.why', { purpose: field.purpose, basis: field.legal_basis, retention: field.retention })
              : t('origin.own')}
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** "ip, DB-IP Lite 2026-06" in words. */
function lookedUp(from: string, t: (key: string) => string): string {
  const words: Record<string, string> = { ip: t('origin.ip'), devices: t('origin.devices') };
  return from
    .split(', ')
    .map((part) => words[part] ?? part)
    .join(', ');
}
