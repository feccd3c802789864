/** How far an action is: what is being done, a way to stop it, and one to take it back. */
import { Button, Group, Progress as Bar, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { refused } from '../show/toast';
import { forget, remember } from '../show/undo';

const LOOK_MS = 500;
/** Long enough to read, to think better of it, and to reach the button by keyboard. */
const READ_MS = 20_000;

export function Progress({ id, onRead }: { id: string; onRead: () => void }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const key = ['bulk', id];
  const path = { params: { path: { bulk_id: id } } };
  const { data: bulk } = useQuery({
    queryKey: key,
    queryFn: () => body(api.GET('/api/bulk/{bulk_id}', path)),
    refetchInterval: ({ state }) => (isOver(state.data?.status) ? false : LOOK_MS),
    staleTime: 0,
  });
  const status = bulk?.status;
  const over = isOver(status);
  const change = useMutation({
    mutationFn: (what: 'stop' | 'undo') => body(what === 'stop' ? api.POST('/api/bulk/{bulk_id}/stop', path) : api.POST('/api/bulk/{bulk_id}/undo', path)),
    onSuccess: (next) => client.setQueryData(key, next),
    onError: (error) => refused(t('bulk.refused'), error),
  });
  useEffect(() => {
    if (!over) return;
    for (const queryKey of [['contacts'], ['count'], ['contact']]) void client.invalidateQueries({ queryKey });
    const timer = setTimeout(onRead, READ_MS);
    return () => clearTimeout(timer);
    // Only once it is over; not whenever the notice is drawn.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [over, bulk?.undoing]);
  // The key undoes what was done last, however many it was done to.
  const mayUndo = over && bulk?.may_undo === true;
  const { mutate } = change;
  useEffect(() => {
    if (!mayUndo) return;
    const undo = remember(() => mutate('undo'));
    return () => forget(undo);
  }, [mayUndo, mutate]);
  if (!bulk) return null;
  const number = (count: number) => count.toLocaleString(i18n.language);
  const words = { count: bulk.changed, number: number(bulk.changed) };
  const how = bulk.undoing ? (over ? 'undone' : 'undoing') : over ? 'did' : 'doing';
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap" gap={8}>
        <Text size="sm">
          {how === 'undoing' || how === 'undone' ? t(`bulk.${how}`, words) : t(`bulk.${how}.${bulk.action}`, how === 'doing' ? { count: bulk.contacts, number: number(bulk.contacts) } : words)}
          {over && status !== 'done' && ` ${t(`bulk.${status}`)}`}
        </Text>
        {!over && (
          <Button variant="subtle" loading={change.isPending} onClick={() => change.mutate('stop')}>
            {t('bulk.stop')}
          </Button>
        )}
        {mayUndo && (
          <Button variant="subtle" loading={change.isPending} onClick={() => change.mutate('undo')}>
            {t('act.undo')}
          </Button>
        )}
      </Group>
      {!over && <Bar size="sm" value={bulk.total ? (100 * bulk.done) / bulk.total : 0} aria-label={t('bulk.far')} transitionDuration={200} />}
    </Stack>
  );
}

const isOver = (status: string | undefined): boolean => status === 'done' || status === 'stopped' || status === 'failed';
