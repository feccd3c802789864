/** Asks once more for the proof of being the person, then goes on with what was asked. */
import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { api, body } from '../api';
import { answerPasskey } from '../session/passkey';
import { Refusal } from '../session/sign-in';

export function Confirming({ me, onConfirmed }: { me: Schemas['Me']; onConfirmed: () => void }) {
  const { t } = useTranslation();
  const [given, give] = useState('');
  const byCode = me.second_factors.length > 0;
  const confirm = useMutation({
    mutationFn: () => api.POST('/api/me/confirm', { body: byCode ? { code: given } : { password: given } }),
    onSuccess: () => {
      give('');
      onConfirmed();
    },
  });
  const byKey = useMutation({
    mutationFn: async () => {
      const asked = await body(api.POST('/api/me/confirm/passkey'));
      return api.POST('/api/me/confirm', { body: { passkey: await answerPasskey(asked) } });
    },
    onSuccess: onConfirmed,
  });
  if (!byCode && !me.person.has_password) {
    return <Text size="sm">{t('confirm.byLink', { email: me.person.email })}</Text>;
  }
  const label = t(byCode ? 'door.code' : 'confirm.password');
  return (
    <Stack gap="sm" role="group" aria-label={t('confirm.title')}>
      <Text size="sm">{t('confirm.title')}</Text>
      {byCode ? (
        <TextInput autoFocus autoComplete="one-time-code" label={label} value={given} onChange={(event) => give(event.currentTarget.value)} />
      ) : (
        <PasswordInput size="xs" autoFocus autoComplete="current-password" label={label} value={given} onChange={(event) => give(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('door.show') }} />
      )}
      <Refusal error={confirm.error ?? byKey.error} />
      <Group>
        <Button disabled={!given} loading={confirm.isPending} onClick={() => confirm.mutate()}>
          {t('confirm.act')}
        </Button>
        {me.second_factors.includes('passkey') && (
          <Button variant="default" loading={byKey.isPending} onClick={() => byKey.mutate()}>
            {t('door.byPasskey')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
