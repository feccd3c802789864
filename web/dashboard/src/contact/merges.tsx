/** The merges a contact was part of; each can be undone after a look at what that makes. */
import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { mergesQuery } from '../api';
import { useMay } from '../show/may';
import { Moment } from '../show/time';
import classes from './aside.module.css';

const KNOWN = new Set(['agent', 'rest', 'identify']);

export function Merges({ id }: { id: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const items = useQuery(mergesQuery(id)).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="merges">
      <Title order={2} id="merges" mb={8}>
        {t('merges.title')}
      </Title>
      <Stack component="ul" gap="sm">
        {items.map((merge) => (
          <li key={merge.id} className={classes.row}>
            <div>
              <Text size="sm">{t('merges.entry')}</Text>
              <Text size="sm" c="var(--quiet)" component="div">
                {t(`merges.by.${KNOWN.has(merge.reason) ? merge.reason : 'other'}`)} · <Moment at={merge.merged_at} />
                {merge.undone_at !== null && (
                  <>
                    {' · '}
                    {t('merges.was')} <Moment at={merge.undone_at} />
                  </>
                )}
              </Text>
            </div>
            {merge.undone_at === null && merge.kept === id && may('contacts:write') && (
              <Button variant="default" component={Link} to="/contacts/$id/split/$merge" params={{ id, merge: merge.id } as never}>
                {t('merges.undo')}
              </Button>
            )}
          </li>
        ))}
      </Stack>
    </section>
  );
}
