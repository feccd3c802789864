/** Deleting cannot be undone, so it says what goes along and asks for a word to be typed. */
import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Contact, contactQuery } from '../api';
import { refused, told } from '../show/toast';

interface Props {
  readonly contact: Contact;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function Deleting({ contact, opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('delete.title', { name: contact.display_name })} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Question contact={contact} onClose={onClose} />
    </Modal>
  );
}

function Question({ contact, onClose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, type] = useState('');
  const erase = useMutation({
    mutationFn: () => api.DELETE('/api/contacts/{contact_id}', { params: { path: { contact_id: contact.id } } }),
    onSuccess: () => {
      onClose();
      told(t('delete.done', { name: contact.display_name }));
      client.removeQueries({ queryKey: contactQuery(contact.id).queryKey });
      void client.invalidateQueries({ queryKey: ['contacts'] });
      void client.invalidateQueries({ queryKey: ['count'] });
      void navigate({ to: '/contacts', search: {} });
    },
    onError: (error) => refused(t('delete.failed'), error),
  });
  const word = t('delete.word');
  const isSure = typed.trim().toLowerCase() === word.toLowerCase();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isSure) erase.mutate();
  };
  return (
    <Stack component="form" gap="sm" onSubmit={submit as never}>
      <Text>{t('delete.text')}</Text>
      <List size="sm">
        <List.Item>{t('delete.devices', { count: contact.devices.length })}</List.Item>
        <List.Item>{t('delete.identities', { count: contact.identities.length })}</List.Item>
        <List.Item>{t('delete.rest')}</List.Item>
      </List>
      <TextInput label={t('delete.ask', { word })} value={typed} onChange={(event) => type(event.currentTarget.value)} autoComplete="off" data-autofocus />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('act.keep')}
        </Button>
        <Button type="submit" color="red" disabled={!isSure} loading={erase.isPending}>
          {t('delete.act')}
        </Button>
      </Group>
    </Stack>
  );
}
