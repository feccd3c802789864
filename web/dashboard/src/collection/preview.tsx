/** The public page as visitors read it now, beside the switches that decide what stands in it. */
import { Anchor, Group, Skeleton, Text, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, fieldsQuery } from '../api';
import classes from './screen.module.css';

/** Under a write key the page is this workspace's; without one it is the first of the installation. */
const installationQuery = queryOptions({
  queryKey: ['installation', undefined],
  queryFn: () => body(api.GET('/api/installation', { params: { query: {} } })),
});

function usePublicPage(): string | undefined {
  const { i18n } = useTranslation();
  const key = useQuery(installationQuery).data?.key;
  return key === undefined ? undefined : `/what-we-collect?key=${encodeURIComponent(key)}&language=${i18n.language}`;
}

/** The way to the page itself, in a tab of its own. */
export function ToPage({ words, className }: { words: string; className?: string }) {
  const page = usePublicPage();
  return page ? (
    <Anchor className={className} href={page} target="_blank" rel="noopener" size="sm">
      {words} <IconExternalLink size={12} aria-hidden />
    </Anchor>
  ) : null;
}

export function Preview() {
  const { t } = useTranslation();
  const page = usePublicPage();
  const { changed, at } = useChanged();
  return (
    <aside className={classes.preview} aria-labelledby="preview">
      <Group justify="space-between" wrap="nowrap" mb={8}>
        <Title order={2} id="preview">
          {t('collection.previewTitle')}
        </Title>
        <ToPage words={t('collection.preview')} />
      </Group>
      {page && at ? (
        // A page without scripts needs no more than to be shown. Each change shows it anew, at what was changed.
        <iframe key={at} className={classes.page} title={t('collection.previewTitle')} sandbox="" loading="lazy" src={page + (changed ? `#field-${changed}` : '')} />
      ) : (
        <Skeleton className={classes.page} />
      )}
      <Text size="sm" c="var(--quiet)" mt={8}>
        {t('collection.previewText')}
      </Text>
    </aside>
  );
}

/** When the catalogue was read last, and which field has been switched since it was read before. */
function useChanged(): { changed: string | null; at: number } {
  const { data, dataUpdatedAt: at } = useQuery(fieldsQuery);
  const seen = useRef<{ at: number; on: Map<string, boolean>; changed: string | null }>({ at: 0, on: new Map(), changed: null });
  if (data && seen.current.at !== at) {
    const { on: before, changed } = seen.current;
    const other = data.find((field) => field.part_of === null && before.has(field.id) && before.get(field.id) !== field.on);
    seen.current = { at, on: new Map(data.map((field) => [field.id, field.on])), changed: other?.id ?? changed };
  }
  return { changed: seen.current.changed, at };
}
