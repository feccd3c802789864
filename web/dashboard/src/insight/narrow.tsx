/** Whom the map and the figures are about: the same question as the list's, and the way back to it. */
import { ActionIcon, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconAddressBook, IconChartBar, IconMap2, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFields } from '../api';
import { type Asked, type Condition, isForeign, isGroup, type Part, searchBody } from '../contacts/asked';
import { Filters } from '../contacts/filters';
import states from '../shell/states.module.css';
import classes from './narrow.module.css';

/** The question as the server takes it; null until it is known how. */
export function useQuestion(asked: Asked): ReturnType<typeof searchBody> | null {
  const fields = useFields();
  const types = useMemo(() => new Map(fields.map((field) => [field.id, field.type])), [fields]);
  return useMemo(() => (asked.where && fields.length === 0 ? null : searchBody(asked, types)), [asked, fields, types]);
}

/** The list's question with these conditions beside its own. */
export function narrowed(asked: Asked, more: readonly Condition[]): Asked {
  const isSame = (a: Part, b: Condition) => !isGroup(a) && !isForeign(a) && a.field === b.field && a.op === b.op && a.value === b.value;
  const own = asked.where ?? [];
  // Where one of several conditions is enough, they go into brackets.
  const kept = asked.any ? bracketed(own) : own.filter((one) => !more.some((other) => isSame(one, other)));
  const where = [...kept, ...more];
  return { ...(asked.q ? { q: asked.q } : {}), ...(where.length ? { where } : {}) };
}

/** Brackets hold conditions alone: what is no condition itself stays as it is, and must hold. */
function bracketed(parts: readonly Part[]): Part[] {
  const inside = parts.filter((part): part is Condition => !isGroup(part) && !isForeign(part));
  const others = parts.filter((part) => isGroup(part) || isForeign(part));
  return inside.length === parts.length ? [{ any: true, where: inside }] : [...others, ...(inside.length ? [{ any: true, where: inside }] : [])];
}

/** The question alone, without what else stands in the address of a screen. */
export const plain = ({ q, where, any }: Asked): Asked => ({ ...(q ? { q } : {}), ...(where ? { where } : {}), ...(any ? { any } : {}) });

export function Narrowing({ asked, onAsk }: { asked: Asked; onAsk: (asked: Asked) => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.bar}>
      <Filters asked={asked} onAsk={onAsk} />
      {asked.q && (
        <Group gap={0} wrap="nowrap" className={classes.words}>
          <span>{t('insight.words', { words: asked.q })}</span>
          <ActionIcon size={24} aria-label={t('insight.wordsAway', { words: asked.q })} onClick={() => onAsk({ ...asked, q: undefined })}>
            <IconX size={12} />
          </ActionIcon>
        </Group>
      )}
    </div>
  );
}

/** The same contacts in another form. */
export function OtherForms({ asked, here }: { asked: Asked; here: 'map' | 'insight' }) {
  const { t } = useTranslation();
  const search = plain(asked);
  return (
    <Group gap={4} ml="auto">
      <Button variant="subtle" color="gray" component={Link} to="/contacts" search={search as never} leftSection={<IconAddressBook size={14} aria-hidden />}>
        {t('insight.asList')}
      </Button>
      {here === 'map' ? (
        <Button variant="subtle" color="gray" component={Link} to="/insight" search={search as never} leftSection={<IconChartBar size={14} aria-hidden />}>
          {t('insight.title')}
        </Button>
      ) : (
        <Button variant="subtle" color="gray" component={Link} to="/map" search={search as never} leftSection={<IconMap2 size={14} aria-hidden />}>
          {t('insight.asMap')}
        </Button>
      )}
    </Group>
  );
}

/** What a screen says when nobody answers the question, or nobody is there yet. */
export function Nobody({ onClear }: { onClear?: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" align="flex-start" className={states.state}>
      <Title order={2}>{t(onClear ? 'insight.nobodyAsked' : 'insight.nobodyYet')}</Title>
      <Text c="var(--quiet)">{t(onClear ? 'insight.nobodyAskedText' : 'insight.nobodyYetText')}</Text>
      {onClear ? (
        <Button variant="default" onClick={onClear}>
          {t('insight.clear')}
        </Button>
      ) : (
        <Button component={Link} to="/start">
          {t('insight.start')}
        </Button>
      )}
    </Stack>
  );
}
