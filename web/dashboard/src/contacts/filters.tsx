/** The row of conditions under the head of the list. Their forms are fetched when there is one. */
import { Button, Group, Skeleton } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '../shell/shortcuts';
import type { Asked } from './asked';
import classes from './filters.module.css';
import { fetched } from '../fetched';

const Conditions = fetched(async () => (await import('./conditions')).Conditions, 'contacts');

export function Filters({ asked, onAsk }: { asked: Asked; onAsk: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const [isWanted, want] = useState(false);
  useShortcut('f', t('filter.add'), () => want(true));
  return (
    <Group className={classes.bar} gap={8}>
      {isWanted || asked.where ? (
        <Suspense fallback={<Skeleton w={160} h={28} />}>
          <Conditions asked={asked} onAsk={onAsk} isAdding={isWanted} onAdding={want} />
        </Suspense>
      ) : (
        <Button variant="subtle" color="gray" leftSection={<IconFilter size={14} aria-hidden />} onClick={() => want(true)}>
          {t('filter.add')}
        </Button>
      )}
    </Group>
  );
}
