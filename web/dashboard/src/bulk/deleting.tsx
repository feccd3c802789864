/** Deleting many contacts is asked about once more: nothing of them can be brought back. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** More than so many are deleted only by whoever writes down how many. */
const MANY = 20;

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly number: number;
  readonly said: string;
  readonly onDelete: () => void;
}

export function Deleting({ opened, onClose, number, said, onDelete }: Props) {
  const { t } = useTranslation();
  const [typed, type] = useState('');
  const isSure = number <= MANY || typed.replace(/\D/g, '') === String(number);
  const done = (event: FormEvent) => {
    event.preventDefault();
    if (!isSure) return;
    onClose();
    onDelete();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('bulk.deleteTitle', { count: number, number: said })} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <form onSubmit={done}>
        <Stack gap="sm">
          <Text>{t('bulk.deleteText')}</Text>
          {number > MANY && <TextInput data-autofocus inputMode="numeric" autoComplete="off" label={t('bulk.deleteSure', { number })} value={typed} onChange={(event) => type(event.currentTarget.value)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} {...(number > MANY ? {} : { 'data-autofocus': true })}>
              {t('act.keep')}
            </Button>
            <Button type="submit" color="red" disabled={!isSure}>
              {t('bulk.deleteAct', { count: number, number: said })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
