/** Begin an action on many contacts, and show how far it is wherever one goes. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { refused } from '../show/toast';
import { showProgress } from './showing';
import type { Whom } from './whom';

export type Action = 'spam' | 'not_spam' | 'tag' | 'untag' | 'unsubscribe' | 'delete';

export function useBegin(onBegun: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (asked: Whom & { action: Action; tag?: string }) => body(api.POST('/api/bulk', { body: asked as never })),
    onSuccess: (bulk) => {
      client.setQueryData(['bulk', bulk.id], bulk);
      showProgress(bulk.id);
      onBegun();
    },
    onError: (error) => refused(t('bulk.refused'), error),
  });
}
