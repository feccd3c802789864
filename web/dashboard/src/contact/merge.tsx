/** Two contacts become one: find the other, see the result and why each value wins, then decide. */
import { Button, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconAlertTriangle, IconArrowsExchange, IconArrowsJoin2 } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, body, contactQuery, useFields } from '../api';
import { useShortcut } from '../shell/shortcuts';
import { Failure } from '../shell/states';
import { ForRole } from '../show/for-role';
import { refused, undoable } from '../show/toast';
import { Belongings } from './beside';
import { Compare, type Row } from './compare';
import { FindContact } from './find-contact';
import classes from './merge.module.css';

const KEPT = 0;
const GONE = 1;
const RESULT = 2;

export function MergeScreen() {
  const { t } = useTranslation();
  return (
    <ForRole scope="contacts:write" title={t('merge.shut')}>
      <Merge />
    </ForRole>
  );
}

function Merge() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/inside/contacts/$id/merge' });
  const { with: other } = useSearch({ from: '/inside/contacts/$id/merge' });
  const navigate = useNavigate();
  const contact = useQuery(contactQuery(id));
  const name = contact.data?.display_name ?? '…';
  useDocumentTitle(`${t('merge.title', { name })} · openbook`);
  const leave = () => void navigate({ to: '/contacts/$id', params: { id } });
  const choose = (next: string | undefined) => void navigate({ to: '/contacts/$id/merge', params: { id }, search: next ? { with: next } : {} });
  useShortcut('Escape', t('shortcut.back'), () => (other ? choose(undefined) : leave()));

  if (contact.isError) {
    return (
      <main className={classes.screen}>
        <Failure inside level={1} error={contact.error} onAgain={() => void contact.refetch()} />
      </main>
    );
  }
  return (
    <main className={classes.screen}>
      <Title order={1}>{t('merge.title', { name })}</Title>
      {other ? (
        <Preview key={`${id} ${other}`} id={id} other={other} onOther={() => choose(undefined)} />
      ) : (
        <Stack gap="sm" mt="md" maw={560}>
          <Text>{t('merge.text', { name })}</Text>
          <FindContact label={t('merge.find')} except={id} onFound={choose} />
          <Group>
            <Button variant="default" onClick={leave}>
              {t('merge.leave')}
            </Button>
          </Group>
        </Stack>
      )}
    </main>
  );
}

function Preview({ id, other, onOther }: { id: string; other: string; onOther: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const fields = useFields();
  const look = useQuery({
    queryKey: ['merge', id, other],
    staleTime: 0,
    gcTime: 0,
    queryFn: () => body(api.POST('/api/contacts/{contact_id}/merge/preview', { params: { path: { contact_id: id } }, body: { with: other } })),
  });
  const merge = useMutation({
    mutationFn: () => body(api.POST('/api/contacts/{contact_id}/merge', { params: { path: { contact_id: id } }, body: { with: other } })),
    onError: (error) => refused(t('merge.failed'), error),
    onSuccess: ({ merge: entry, contact }) => {
      client.setQueryData(contactQuery(entry.kept).queryKey, contact);
      client.removeQueries({ queryKey: contactQuery(other).queryKey });
      void client.invalidateQueries({ predicate: ({ queryKey }) => ['contacts', 'count', 'merges'].includes(String(queryKey[0])) });
      void navigate({ to: '/contacts/$id', params: { id: entry.kept }, replace: true });
      undoable(t('merge.done', { gone: look.data?.gone.display_name ?? '', kept: contact.display_name }), async () => {
        await body(api.POST('/api/contacts/{contact_id}/split', { params: { path: { contact_id: entry.kept } }, body: { merge: entry.id } }));
        void client.invalidateQueries();
      });
    },
  });
  if (look.isError) {
    return (
      <Stack align="flex-start">
        <Failure inside error={look.error} onAgain={() => void look.refetch()} />
        <Button variant="default" onClick={onOther}>
          {t('merge.another')}
        </Button>
      </Stack>
    );
  }
  if (!look.data || fields.length === 0) return <Ghosts />;
  const { kept, gone, result, outcomes } = look.data;
  const hasUserId = (one: typeof kept) => one.identities.some((identity) => identity.field === 'user_id');
  const titleOf = (name: string) => fields.find((field) => field.id === name)?.title ?? name.replace(/^attributes\./, '');
  const groupOf = (name: string) => fields.find((field) => field.id === name)?.group ?? name;
  let before = '';
  const rows = outcomes.map(({ field, winner, why }): Row => {
    const agrees = winner === 'same';
    // What is observed together wins together: the reason is said once.
    const reason = `${groupOf(field)} ${winner} ${why}`;
    const note = agrees || reason === before ? undefined : t(`why.${why}`);
    if (!agrees) before = reason;
    return { field, label: titleOf(field), agrees, wins: { kept: KEPT, gone: GONE, both: RESULT, same: null }[winner], note };
  });
  const swap = () => void navigate({ to: '/contacts/$id/merge', params: { id: gone.id }, search: { with: kept.id }, replace: true });
  return (
    <Stack gap="lg" mt="sm">
      <Text maw={640}>{t('merge.preview', { kept: kept.display_name, gone: gone.display_name })}</Text>
      {hasUserId(kept) && hasUserId(gone) && (
        <Group role="note" gap={8} wrap="nowrap" align="flex-start" maw={640} className={classes.doubt}>
          <IconAlertTriangle size={16} aria-hidden />
          <div>
            <Text fw={550}>{t('merge.twoPeople')}</Text>
            <Text size="sm">{t('merge.twoPeopleText')}</Text>
          </div>
        </Group>
      )}
      <Compare
        caption={t('merge.caption')}
        fields={fields}
        rows={rows}
        columns={[
          { title: t('merge.kept', { name: kept.display_name }), contact: kept },
          { title: t('merge.gone', { name: gone.display_name }), contact: gone },
          { title: t('merge.result'), contact: result },
        ]}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} maw={720}>
        <Belongings title={t('merge.moves')} contact={gone} />
        <Belongings title={t('merge.stays')} contact={kept} />
      </SimpleGrid>
      <Group gap={8} className={classes.acts}>
        <Button leftSection={<IconArrowsJoin2 size={14} aria-hidden />} loading={merge.isPending} onClick={() => merge.mutate()}>
          {t('merge.act', { name: kept.display_name })}
        </Button>
        <Button variant="default" leftSection={<IconArrowsExchange size={14} aria-hidden />} onClick={swap}>
          {t('merge.swap', { name: gone.display_name })}
        </Button>
        <Button variant="default" onClick={onOther}>
          {t('merge.another')}
        </Button>
        <Button variant="subtle" color="gray" onClick={() => void navigate({ to: '/contacts/$id', params: { id } })}>
          {t('merge.leave')}
        </Button>
      </Group>
    </Stack>
  );
}

export function Ghosts() {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" mt="md" aria-busy aria-label={t('merge.loading')}>
      {Array.from({ length: 8 }, (_, index) => (
        <Skeleton key={index} h={20} maw={900} />
      ))}
    </Stack>
  );
}
