/** Where the person is signed in; each place can be signed out. */
import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { Refusal } from '../session/sign-in';
import { Moment } from '../show/time';
import { browserOf } from './agent';
import { Part } from './part';

const KEY = ['sessions'];

export function Sessions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const sessions = useQuery({ queryKey: KEY, queryFn: () => body(api.GET('/api/me/sessions')) });
  const again = { onSuccess: () => void client.invalidateQueries({ queryKey: KEY }) };
  const end = useMutation({
    mutationFn: (id: string) => api.DELETE('/api/me/sessions/{session_id}', { params: { path: { session_id: id } } }),
    ...again,
  });
  const endOthers = useMutation({ mutationFn: () => api.DELETE('/api/me/sessions'), ...again });
  const items = sessions.data?.items ?? [];
  return (
    <Part title={t('sessions.title')}>
      <Stack gap="sm">
        <Refusal error={sessions.error ?? end.error ?? endOthers.error} />
        {sessions.isPending && <Skeleton h={60} />}
        {items.map((session) => (
          <Group key={session.id} justify="space-between" wrap="nowrap">
            <div>
              <Group gap={8}>
                <Agent agent={session.agent} />
                {session.current && <Badge>{t('sessions.here')}</Badge>}
              </Group>
              <Text size="sm" c="var(--quiet)">
                {t(`sessions.by.${session.method}`)} · <Moment at={session.seen_at} />
              </Text>
            </div>
            {!session.current && (
              <Button variant="default" loading={end.isPending && end.variables === session.id} onClick={() => end.mutate(session.id)}>
                {t('sessions.end')}
              </Button>
            )}
          </Group>
        ))}
        {items.length > 1 && (
          <Group>
            <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
              {t('sessions.endOthers')}
            </Button>
          </Group>
        )}
      </Stack>
    </Part>
  );
}

function Agent({ agent }: { agent: string }) {
  const { t } = useTranslation();
  const known = browserOf(agent);
  return (
    <Text size="sm" title={known ? agent : undefined}>
      {known ? t('sessions.on', known) : agent || t('sessions.unknown')}
    </Text>
  );
}
