/** Where a value came from: one small mark, and on hover or focus the whole story. */
import { HoverCard, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconCircleCheck, IconMapPinQuestion, IconQuoteFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Contact, Field } from '../api';
import { exact } from '../show/time';
import classes from './origin.module.css';

export type Standing = 'derived' | 'verified' | 'claimed' | 'observed';

/** What a value is worth: looked up beats all, then who stands behind it. */
export function standing(contact: Contact, field: Field): Standing | null {
  const from = contact.provenance[field.id];
  if (!from) return null;
  if (from.derived) return 'derived';
  if (from.verified) return 'verified';
  return from.trust === 'claimed' ? 'claimed' : 'observed';
}

const MARKS = { derived: IconMapPinQuestion, verified: IconCircleCheck, claimed: IconQuoteFilled };

export function Origin({ field, contact }: { field: Field; contact: Contact }) {
  const { t, i18n } = useTranslation();
  const from = contact.provenance[field.id];
  const what = standing(contact, field);
  if (!from || !what) return null;
  const Mark = what === 'observed' ? null : MARKS[what];
  return (
    <HoverCard width={300} position="right" openDelay={150} closeDelay={80} shadow="md">
      <HoverCard.Target>
        <UnstyledButton className={classes.mark} data-standing={what} aria-label={t('origin.label', { field: field.title, standing: t(`standing.${what}`) })}>
          {Mark ? <Mark size={14} aria-hidden /> : <span className={classes.dot} aria-hidden />}
        </UnstyledButton>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <Stack gap={4}>
          <Text size="sm" fw={550}>
            {t(`standing.${what}`)}
          </Text>
          <Text size="sm">{t(`standing.${what}Why`, { source: t(`source.${from.source}`) })}</Text>
          {from.from && <Text size="sm">{t('origin.from', { from: from.from })}</Text>}
          {from.at !== null && (
            <Text size="sm" c="var(--quiet)">
              {exact(from.at, i18n.language)}
            </Text>
          )}
          <Text size="sm" c="var(--quiet)" className={classes.why}>
            {t('origin.why', { purpose: field.purpose, basis: field.legal_basis, retention: field.retention })}
          </Text>
        </Stack>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}
