/** What is still stored of a field that is switched off: how much, and deleting it, part by part. */
import { Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { api, body, type Field } from '../api';
import { Sure } from '../settings/sure';
import { told } from '../show/toast';

type Stored = Schemas['StoredValues'];
/** Contacts in a part, as the server takes them: what the bar moves by. */
const PART = 1_000;

export const storedQuery = queryOptions({
  queryKey: ['stored'],
  queryFn: async () => new Map((await body(api.GET('/api/settings/stored'))).items.map((one) => [one.field, one])),
});

export function StillStored({ field, stored }: { field: Field; stored: Stored }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isAsking, ask] = useState(false);
  const [parts, setParts] = useState(0);
  const isStopped = useRef(false);
  const clear = useMutation({
    mutationFn: async (_: void) => {
      isStopped.current = false;
      setParts(0);
      let after: string | null = null;
      do {
        const path = { params: { path: { field: field.id } } };
        const part: Schemas['Cleared'] = await body(api.POST('/api/settings/stored/{field}/clear', { ...path, body: { after } }));
        after = part.after;
        setParts((done) => done + 1);
      } while (after !== null && !isStopped.current);
      return after === null;
    },
    onSuccess: (isWhole) => {
      ask(false);
      told(t(isWhole ? 'collection.cleared' : 'collection.stopped', { field: field.title }));
    },
    // Every screen may have shown what is gone.
    onSettled: () => client.invalidateQueries({ predicate: (one) => one.queryKey[0] !== 'me' }),
  });
  const stop = () => {
    isStopped.current = true;
    if (!clear.isPending) {
      clear.reset();
      ask(false);
    }
  };
  const number = stored.contacts.toLocaleString();
  return (
    <Group gap="sm" mt={4} role="status">
      <Text size="sm">{t('collection.still', { count: stored.contacts, number, values: stored.values.toLocaleString() })}</Text>
      <Button variant="default" onClick={() => ask(true)} aria-label={`${t('collection.clear')}: ${field.title}`}>
        {t('collection.clear')}
      </Button>
      <Modal opened={isAsking} onClose={stop} title={t('collection.clearTitle', { field: field.title })} closeButtonProps={{ 'aria-label': t('act.close') }}>
        <Stack gap="md">
          <Text size="sm">{t('collection.clearText', { count: stored.contacts, number, values: stored.values.toLocaleString() })}</Text>
          {clear.isPending && <Progress aria-label={t('collection.clearing')} value={Math.min(100, (parts * PART * 100) / Math.max(stored.contacts, PART))} animated />}
          <Sure of={clear} />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={stop}>
              {t(clear.isPending ? 'collection.stop' : 'act.keep')}
            </Button>
            <Button color="red" loading={clear.isPending} onClick={() => clear.mutate()}>
              {t('collection.clearAct')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
