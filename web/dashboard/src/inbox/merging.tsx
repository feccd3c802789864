/** Two conversations of one contact become one: chosen among the contact's others. */
import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from '../session/sign-in';
import { Moment } from '../show/time';
import { told } from '../show/toast';
import * as calls from './calls';
import { INBOX } from './line';
import classes from './merging.module.css';
import type { Conversation } from './types';
import { useWithContact } from './with-contact';

interface Props {
  readonly conversation: Conversation;
  readonly onClose: () => void;
  readonly onGo: (id: string) => void;
}

export function Merging({ conversation, onClose, onGo }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const found = useWithContact(conversation.contact.id);
  const others = found.rows.filter((one) => one.id !== conversation.id);
  const [chosen, choose] = useState<string | null>(null);
  const merge = useMutation({
    mutationFn: (other: string) => calls.merge(conversation.id, other),
    onSuccess: async (kept) => {
      told(t('inbox.mergeDone'));
      onClose();
      await client.invalidateQueries({ queryKey: [INBOX] });
      onGo(kept.id);
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('inbox.mergeTitle')} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Stack gap="md">
        <Text size="sm">{t('inbox.mergeText', { name: conversation.contact.display_name })}</Text>
        {found.isPending ? (
          <Skeleton h={60} />
        ) : others.length === 0 ? (
          <Text size="sm" c="var(--quiet)">
            {t('inbox.mergeNone')}
          </Text>
        ) : (
          <div role="radiogroup" aria-label={t('inbox.mergeOther')}>
            {others.map((one) => (
              <label key={one.id} className={classes.other}>
                <input type="radio" name="other" checked={chosen === one.id} onChange={() => choose(one.id)} />
                <span>
                  <span className={classes.preview}>{one.preview || t('inbox.noText')}</span>
                  <small>
                    {t(`inbox.status.${one.status}`)} · <Moment at={one.last_at} />
                  </small>
                </span>
              </label>
            ))}
          </div>
        )}
        <Refusal error={merge.error} />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('act.keep')}
          </Button>
          <Button disabled={!chosen} loading={merge.isPending} onClick={() => chosen && merge.mutate(chosen)}>
            {t('inbox.mergeAct')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
