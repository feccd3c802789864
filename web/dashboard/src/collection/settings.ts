/** The workspace's settings: read once, changed one by one, taken back when the server refuses. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, body, fieldsQuery } from '../api';
import { refused } from '../show/toast';

export type Settings = Record<string, unknown>;

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async () => (await body(api.GET('/api/settings'))) as Settings,
});

export function useChangeSettings() {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (values: Settings) =>
      (await body(api.PATCH('/api/settings', { body: values as never }))) as Settings,
    onMutate: async (values) => {
      await client.cancelQueries({ queryKey: settingsQuery.queryKey });
      const before = client.getQueryData(settingsQuery.queryKey);
      client.setQueryData(settingsQuery.queryKey, (held) => ({ ...held, ...values }));
      return { before };
    },
    onSuccess: (fresh) => {
      client.setQueryData(settingsQuery.queryKey, fresh);
      void client.invalidateQueries({ queryKey: fieldsQuery.queryKey });
      void client.invalidateQueries({ queryKey: ['stored'] });
    },
    onError: (error, _, kept) => {
      client.setQueryData(settingsQuery.queryKey, kept?.before);
      refused(t('collection.failed'), error);
    },
  });
}
