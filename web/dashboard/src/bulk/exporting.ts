/** A file of contacts: the server notes whom it is about, and the browser fetches it as it is made. */
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { refused, told } from '../show/toast';
import type { Whom } from './whom';

/** What the list puts together, as the fields it is made of. */
const MADE_OF: Record<string, readonly string[]> = {
  contact: ['display_name', 'kind'],
  place: ['city', 'region', 'country'],
  seen: ['last_seen_at'],
};

/** The columns of a file with what the list shows; the id is always there, to come back by. */
export function fileColumns(shown: readonly string[]): string[] {
  return [...new Set(['id', ...shown.flatMap((column) => MADE_OF[column] ?? [column])])];
}

export function useExport(columns: readonly string[]) {
  const { t, i18n } = useTranslation();
  return useMutation({
    /** `isWhole`: every field, with where it came from, whatever the list shows. */
    mutationFn: ({ isWhole, ...asked }: Whom & { isWhole: boolean }) =>
      body(api.POST('/api/bulk', { body: { ...asked, action: 'export', ...(isWhole ? {} : { columns: fileColumns(columns) }) } as never })),
    onSuccess: ({ id, contacts }) => {
      location.assign(`/api/bulk/${id}/file`);
      told(t('bulk.exporting', { count: contacts, number: contacts.toLocaleString(i18n.language) }));
    },
    onError: (error) => refused(t('bulk.refused'), error),
  });
}
