/** One contact becomes two again: what goes where is shown before anybody decides. */
import { Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, body, type Contact, type Field, useFields } from '../api';
import { useShortcut } from '../shell/shortcuts';
import { Failure } from '../shell/states';
import { ForRole } from '../show/for-role';
import { refused, undoable } from '../show/toast';
import { Belongings } from './beside';
import { Compare, type Row } from './compare';
import { Ghosts } from './merge';
import classes from './merge.module.css';

export function SplitScreen() {
  const { t } = useTranslation();
  return (
    <ForRole scope="contacts:write" title={t('split.act')}>
      <Split />
    </ForRole>
  );
}

function Split() {
  const { t } = useTranslation();
  const { id, merge } = useParams({ from: '/inside/contacts/$id/split/$merge' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const fields = useFields();
  const leave = () => void navigate({ to: '/contacts/$id', params: { id } });
  useShortcut('Escape', t('shortcut.back'), leave);
  const look = useQuery({
    queryKey: ['split', id, merge],
    staleTime: 0,
    gcTime: 0,
    queryFn: () => body(api.POST('/api/contacts/{contact_id}/split/preview', { params: { path: { contact_id: id } }, body: { merge } })),
  });
  const name = look.data?.now.display_name ?? '…';
  useDocumentTitle(`${t('split.title', { name })} · openbook`);
  const split = useMutation({
    mutationFn: () => body(api.POST('/api/contacts/{contact_id}/split', { params: { path: { contact_id: id } }, body: { merge } })),
    onError: (error) => refused(t('split.failed'), error),
    onSuccess: async ({ kept, restored }) => {
      await navigate({ to: '/contacts/$id', params: { id: kept.id }, replace: true });
      void client.invalidateQueries();
      undoable(t('split.done', { kept: kept.display_name, restored: restored.display_name }), async () => {
        await body(api.POST('/api/contacts/{contact_id}/merge', { params: { path: { contact_id: kept.id } }, body: { with: restored.id } }));
        void client.invalidateQueries();
      });
    },
  });
  return (
    <main className={classes.screen}>
      <Title order={1}>{t('split.title', { name })}</Title>
      {look.isError ? (
        <Stack align="flex-start">
          <Failure inside error={look.error} onAgain={() => void look.refetch()} />
          <Button variant="default" onClick={leave}>
            {t('split.leave')}
          </Button>
        </Stack>
      ) : !look.data || fields.length === 0 ? (
        <Ghosts />
      ) : (
        <Stack gap="lg" mt="sm">
          <Text maw={640}>{t('split.text')}</Text>
          <Compare
            caption={t('split.caption')}
            fields={fields}
            rows={differences(fields, [look.data.now, look.data.kept, look.data.restored])}
            columns={[
              { title: t('split.now'), contact: look.data.now },
              { title: t('split.kept', { name: look.data.kept.display_name }), contact: look.data.kept },
              { title: t('split.restored', { name: look.data.restored.display_name }), contact: look.data.restored },
            ]}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }} maw={720}>
            <Belongings title={t('split.stays', { name: look.data.kept.display_name })} contact={look.data.kept} />
            <Belongings title={t('split.goes', { name: look.data.restored.display_name })} contact={look.data.restored} />
          </SimpleGrid>
          <Group gap={8} className={classes.acts}>
            <Button leftSection={<IconArrowsSplit2 size={14} aria-hidden />} loading={split.isPending} onClick={() => split.mutate()}>
              {t('split.act')}
            </Button>
            <Button variant="subtle" color="gray" onClick={leave}>
              {t('split.leave')}
            </Button>
          </Group>
        </Stack>
      )}
    </main>
  );
}

/** A row for each field that one of them has; they agree where all three say the same. */
function differences(fields: readonly Field[], contacts: readonly Contact[]): Row[] {
  const attributes = [...new Set(contacts.flatMap((contact) => Object.keys(contact.attributes)))].sort();
  const names = [
    ...fields.filter((field) => contacts.some((contact) => field.id in contact)).map((field) => ({ name: field.id, label: field.title })),
    ...attributes.map((name) => ({ name: `attributes.${name}`, label: name })),
  ];
  const plain = (contact: Contact, name: string): unknown =>
    name.startsWith('attributes.') ? contact.attributes[name.slice('attributes.'.length)] : contact[name as keyof Contact];
  return names.flatMap(({ name, label }) => {
    const values = contacts.map((contact) => plain(contact, name) ?? null);
    if (values.every((value) => value === null || value === false || value === 0 || value === 'none')) return [];
    const told = values.map((value) => JSON.stringify(value));
    return [{ field: name, label, wins: null, agrees: told.every((one) => one === told[0]) }];
  });
}
