/** What the team and its programs changed on a contact, the newest first. */
import { Button, Group, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { By, Lines } from './lines';

const SHOWN = 5;

export function ContactHistory({ id }: { id: string }) {
  const { t } = useTranslation();
  const [isWhole, showWhole] = useState(false);
  const found = useQuery({
    // Under the contact's own key, so that what makes it fresh makes this fresh too.
    queryKey: ['contact', id, 'history'],
    queryFn: () => body(api.GET('/api/contacts/{contact_id}/history', { params: { path: { contact_id: id } } })),
  });
  const items = found.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="changes">
      <Title order={2} id="changes" mb={8}>
        {t('history.title')}
      </Title>
      <Lines changes={isWhole ? items : items.slice(0, SHOWN)} here={id} />
      {items.length > SHOWN && !isWhole && (
        <Group mt="sm">
          <Button variant="default" onClick={() => showWhole(true)}>
            {t('history.more', { count: items.length - SHOWN })}
          </Button>
        </Group>
      )}
    </section>
  );
}

/** Whose id stands in a value, by name. */
export function WhoseId({ id }: { id: string }) {
  const found = useQuery({
    queryKey: ['who', id],
    queryFn: () => body(api.GET('/api/who/{caller_id}', { params: { path: { caller_id: id } } })),
    staleTime: Infinity,
    retry: false,
  });
  return found.data ? <By who={found.data} /> : <>{id}</>;
}
