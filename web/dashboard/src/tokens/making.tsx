/** Making a token: what it is for, what it may do; then the token itself, this once. */
import { Button, Checkbox, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { ToCopy } from '../settings/page';
import { Sure } from '../settings/sure';

export const TOKENS = ['tokens'];
const SCOPES = ['contacts:read', 'contacts:write', 'contacts:delete', 'conversations:read', 'conversations:write', 'import', 'export', 'settings:read', 'settings:write', 'collect'] as const;
const ROLES = ['viewer', 'agent', 'admin'] as const;
type Role = (typeof ROLES)[number];

export function useScopeWord(): (scope: string) => string {
  const { t } = useTranslation();
  return (scope) => t(`tokens.scope.${scope.replace(':', '_')}`, { defaultValue: scope });
}

export function Making({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('tokens.makeTitle')} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Form onDone={onClose} />
    </Modal>
  );
}

function Form({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const word = useScopeWord();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role | 'custom'>('custom');
  const [scopes, setScopes] = useState<string[]>(['contacts:read']);
  const make = useMutation({
    mutationFn: (values: { name: string; role: Role | null; scopes: string[] }) => body(api.POST('/api/tokens', { body: values })),
    onSuccess: () => client.invalidateQueries({ queryKey: TOKENS }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate({ name, role: role === 'custom' ? null : role, scopes: role === 'custom' ? scopes : [] });
  };
  if (make.data) return <Shown token={make.data.token} onDone={onDone} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput data-autofocus required maxLength={100} autoComplete="off" label={t('tokens.name')} placeholder={t('tokens.nameHint')} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Radio.Group label={t('tokens.role')} size="xs" value={role} onChange={(value) => setRole(value as Role | 'custom')}>
          <Stack gap={8} mt={8}>
            {(['custom', ...ROLES] as const).map((one) => (
              <Radio key={one} size="xs" value={one} label={one === 'custom' ? t('tokens.custom') : t(`tokens.can.${one}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {role === 'custom' && (
          <Checkbox.Group label={t('tokens.scopes')} size="xs" value={scopes} onChange={setScopes}>
            <Stack gap={8} mt={8}>
              {SCOPES.map((scope) => (
                <Checkbox key={scope} size="xs" value={scope} label={word(scope)} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <Sure of={make} />
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending} disabled={!name.trim() || (role === 'custom' && scopes.length === 0)}>
            {t('tokens.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function Shown({ token, onDone }: { token: string; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md" role="status">
      <Text size="sm">{t('tokens.shown')}</Text>
      <ToCopy label={t('tokens.token')} text={token} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t('tokens.done')}
        </Button>
      </Group>
    </Stack>
  );
}
