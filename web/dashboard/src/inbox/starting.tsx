/** The first word to a contact, from wherever they are looked at. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from '../session/sign-in';
import * as calls from './calls';
import { INBOX } from './line';

interface Props {
  readonly contact: { readonly id: string; readonly display_name: string };
  readonly onClose: () => void;
}

export function Starting({ contact, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [text, type] = useState('');
  // The same name for it however often it is tried: it begins once.
  const [cid] = useState(() => crypto.randomUUID());
  const start = useMutation({
    mutationFn: () => calls.start(contact.id, cid, text.trim()),
    onSuccess: async (made) => {
      void client.invalidateQueries({ queryKey: [INBOX] });
      onClose();
      await navigate({ to: '/inbox/$id', params: { id: made.id }, search: {} });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) start.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t('inbox.start.title', { name: contact.display_name })} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Textarea
            data-autofocus
            autosize
            minRows={4}
            maxRows={12}
            maxLength={10_000}
            label={t('inbox.start.field')}
            value={text}
            onChange={(event) => type(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
            }}
          />
          <Text size="sm" c="var(--quiet)">
            {t('inbox.start.text')}
          </Text>
          <Refusal error={start.error} />
          <Group justify="flex-end" gap={8}>
            <Button type="submit" disabled={!text.trim()} loading={start.isPending}>
              {t('inbox.start.act')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
