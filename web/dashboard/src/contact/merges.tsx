/** The merges a contact was part of; each can be undone. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, body, mergesQuery } from '../api';
import { Moment } from '../show/time';

export function Merges({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const merges = useQuery(mergesQuery(id));
  const split = useMutation({
    mutationFn: (merge: string) =>
      body(api.POST('/api/contacts/{contact_id}/split', { params: { path: { contact_id: id } }, body: { merge } })),
    onSuccess: () => {
      notifications.show({ message: t('merges.undone') });
      void client.invalidateQueries();
    },
    onError: (error) => notifications.show({ color: 'red', title: t('merges.failed'), message: error.message }),
  });
  const items = merges.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="merges">
      <Title order={2} id="merges" mb={8}>
        {t('merges.title')}
      </Title>
      <Stack gap="sm">
        {items.map((merge) => (
          <Group key={merge.id} justify="space-between" wrap="nowrap">
            <Text size="sm">
              {t('merges.entry')} <Moment at={merge.merged_at} />
            </Text>
            {merge.undone_at === null ? (
              <Button variant="default" loading={split.isPending} onClick={() => split.mutate(merge.id)}>
                {t('merges.undo')}
              </Button>
            ) : (
              <Text size="sm" c="var(--quiet)">
                {t('merges.was')}
              </Text>
            )}
          </Group>
        ))}
      </Stack>
    </section>
  );
}
