/** Until when a conversation sleeps: later today, tomorrow, next week, or a moment of one's own. */
import { Button, Popover, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from '../show/time';
import { laterFrom } from './snooze-times';
import classes from './snoozing.module.css';

interface Props {
  readonly opened: boolean;
  readonly onOpen: (opened: boolean) => void;
  readonly onSnooze: (until: number) => void;
  readonly children: ReactNode;
}

export function Snoozing({ opened, onOpen, onSnooze, children }: Props) {
  const { t } = useTranslation();
  return (
    <Popover opened={opened} onChange={onOpen} position="bottom-end" trapFocus returnFocus withinPortal={false} width={260}>
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown aria-label={t('inbox.snooze')} p={4}>
        <Times
          onSnooze={(until) => {
            onOpen(false);
            onSnooze(until);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function Times({ onSnooze }: { onSnooze: (until: number) => void }) {
  const { t, i18n } = useTranslation();
  const [now] = useState(() => new Date());
  const [own, setOwn] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const at = own ? new Date(own).getTime() / 1000 : NaN;
  const isPast = at <= Date.now() / 1000;
  const when = (seconds: number) => new Date(seconds * 1000).toLocaleString(localeOf(i18n.language), { weekday: 'short', hour: '2-digit', minute: '2-digit' });
  const move = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || (event.target as HTMLElement).tagName === 'INPUT') return;
    event.preventDefault();
    const all = [...(box.current?.querySelectorAll('button') ?? [])];
    all[(all.indexOf(document.activeElement as HTMLButtonElement) + by + all.length) % all.length]?.focus();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!Number.isNaN(at) && !isPast) onSnooze(at);
  };
  return (
    <div ref={box} onKeyDown={move}>
      {laterFrom(now).map((one, index) => (
        <UnstyledButton key={one.id} className={classes.time} data-autofocus={index === 0 || undefined} onClick={() => onSnooze(one.at)}>
          <span>{t(`inbox.later.${one.id}`)}</span>
          <small>{when(one.at)}</small>
        </UnstyledButton>
      ))}
      <form onSubmit={submit} className={classes.own}>
        <Stack gap={8}>
          <TextInput
            type="datetime-local"
            label={t('inbox.later.own')}
            value={own}
            error={own && isPast ? t('inbox.later.past') : undefined}
            onChange={(event) => setOwn(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={Number.isNaN(at) || isPast}>
            {t('inbox.snooze')}
          </Button>
        </Stack>
      </form>
    </div>
  );
}
