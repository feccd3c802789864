/** Who changed what in the workspace, the newest first. */
import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { SettingsPage, Waiting } from '../settings/page';
import { Failure } from '../shell/states';
import { Lines } from './lines';

export function HistoryScreen() {
  const { t } = useTranslation();
  const found = useInfiniteQuery({
    queryKey: ['history'],
    queryFn: ({ pageParam }) => body(api.GET('/api/history', { params: { query: { before: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const changes = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <SettingsPage title={t('settings.part.history')} text={t('history.text')}>
      {found.isError ? (
        <Failure inside error={found.error} onAgain={() => void found.refetch()} />
      ) : found.isPending ? (
        <Waiting label={t('settings.loading')} rows={6} />
      ) : changes.length === 0 ? (
        <Text size="sm">{t('history.none')}</Text>
      ) : (
        <>
          <Lines changes={changes} />
          {found.hasNextPage && (
            <Group mt="md">
              <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                {t('history.older')}
              </Button>
            </Group>
          )}
        </>
      )}
    </SettingsPage>
  );
}
