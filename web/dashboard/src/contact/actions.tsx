/** What the team may do with a contact: mark, unsubscribe, copy its address, delete. */
import { Button, Group, List, Menu, Modal, Stack, Text } from '@mantine/core';
import { useClipboard, useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconDots, IconMailOff, IconAlertOctagon, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, body, type Contact, contactQuery } from '../api';

type Change = Partial<Pick<Contact, 'spam' | 'unsubscribed'>>;

export function Actions({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const clipboard = useClipboard();
  const [isAsking, asking] = useDisclosure(false);
  const change = useChange(contact);
  const copy = () => {
    clipboard.copy(location.href);
    notifications.show({ message: t('actions.copied') });
  };
  return (
    <Group gap={8}>
      <Button variant="default" leftSection={<IconAlertOctagon size={14} aria-hidden />} aria-pressed={contact.spam} onClick={() => change.mutate({ spam: !contact.spam })}>
        {t(contact.spam ? 'actions.noSpam' : 'actions.spam')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={14} aria-hidden />}>
            {t('actions.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconMailOff size={14} aria-hidden />} disabled={!contact.email} onClick={() => change.mutate({ unsubscribed: !contact.unsubscribed })}>
            {t(contact.unsubscribed ? 'actions.subscribe' : 'actions.unsubscribe')}
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={14} aria-hidden />} onClick={copy}>
            {t('actions.copy')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash size={14} aria-hidden />} onClick={asking.open}>
            {t('actions.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Deleting contact={contact} opened={isAsking} onClose={asking.close} />
    </Group>
  );
}

/** Shown at once, taken back with the server's reason if it refuses, undone by the toast. */
function useChange(contact: Contact) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const key = contactQuery(contact.id).queryKey;
  const send = (values: Change) =>
    body(api.PATCH('/api/contacts/{contact_id}', { params: { path: { contact_id: contact.id } }, body: values as never }));
  return useMutation({
    mutationFn: send,
    onMutate: async (values) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData(key);
      client.setQueryData(key, (held) => held && { ...held, ...values });
      return { before };
    },
    onError: (error, _, kept) => {
      client.setQueryData(key, kept?.before);
      notifications.show({ color: 'red', title: t('actions.failed'), message: error.message });
    },
    onSuccess: (fresh, values) => {
      client.setQueryData(key, fresh);
      void client.invalidateQueries({ queryKey: ['contacts'] });
      const undone = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, !value]));
      const id = notifications.show({
        message: (
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{t(`actions.did.${Object.keys(values)[0]}.${Object.values(values)[0]}`)}</Text>
            <Button
              variant="subtle"
              onClick={() => {
                notifications.hide(id);
                void send(undone).then((again) => client.setQueryData(key, again));
              }}
            >
              {t('act.undo')}
            </Button>
          </Group>
        ),
      });
    },
  });
}

function Deleting({ contact, opened, onClose }: { contact: Contact; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const erase = useMutation({
    mutationFn: () => api.DELETE('/api/contacts/{contact_id}', { params: { path: { contact_id: contact.id } } }),
    onSuccess: () => {
      onClose();
      notifications.show({ message: t('delete.done', { name: contact.display_name }) });
      client.removeQueries({ queryKey: contactQuery(contact.id).queryKey });
      void client.invalidateQueries({ queryKey: ['contacts'] });
      void client.invalidateQueries({ queryKey: ['count'] });
      void navigate({ to: '/contacts', search: {} });
    },
    onError: (error) => notifications.show({ color: 'red', title: t('delete.failed'), message: error.message }),
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t('delete.title', { name: contact.display_name })} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Stack gap="sm">
        <Text>{t('delete.text')}</Text>
        <List size="sm">
          <List.Item>{t('delete.devices', { count: contact.devices.length })}</List.Item>
          <List.Item>{t('delete.identities', { count: contact.identities.length })}</List.Item>
          <List.Item>{t('delete.rest')}</List.Item>
        </List>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('act.keep')}
          </Button>
          <Button color="red" loading={erase.isPending} onClick={() => erase.mutate()}>
            {t('delete.act')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
