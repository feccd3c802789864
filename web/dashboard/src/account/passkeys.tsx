/** The person's passkeys: what each is called, when it was used, another one, away with one. */
import { Button, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { api, body } from '../api';
import { meQuery } from '../session/me';
import { makePasskey } from '../session/passkey';
import { Refusal } from '../session/sign-in';
import { Moment } from '../show/time';
import { RecoveryCodes } from './codes';
import { Confirming } from './confirming';
import { needsProof } from './proof';
import { Part } from './part';
import { told as say } from '../show/toast';

const KEY = ['passkeys'];

/** Its name, and a way to change it where it stands: Enter keeps, Escape leaves it. */
function PasskeyName({ passkey }: { passkey: Schemas['ShownPasskey'] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [typed, type] = useState<string | null>(null);
  const rename = useMutation({
    mutationFn: (name: string) => body(api.PATCH('/api/me/passkeys/{passkey_id}', { params: { path: { passkey_id: passkey.id } }, body: { name } })),
    onSuccess: (fresh) => {
      client.setQueryData(KEY, fresh);
      type(null);
    },
  });
  if (typed === null) {
    return (
      <Group gap={8}>
        <Text size="sm">{passkey.name}</Text>
        <Button variant="subtle" color="gray" px={6} aria-label={t('passkeys.renameOne', { name: passkey.name })} onClick={() => type(passkey.name)}>
          {t('account.rename')}
        </Button>
      </Group>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(typed);
  };
  return (
    <form onSubmit={submit}>
      <Group gap={8} wrap="nowrap">
        <TextInput autoFocus required maxLength={100} aria-label={t('passkeys.newName')} value={typed} onChange={(event) => type(event.currentTarget.value)} onKeyDown={(event) => event.key === 'Escape' && type(null)} />
        <Button type="submit" variant="default" disabled={!typed.trim()} loading={rename.isPending}>
          {t('passkeys.keep')}
        </Button>
      </Group>
      <Refusal error={rename.error} />
    </form>
  );
}

export function Passkeys({ me }: { me: Schemas['Me'] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const kept = useQuery({ queryKey: KEY, queryFn: () => body(api.GET('/api/me/passkeys')) });
  const told = () => {
    void client.invalidateQueries({ queryKey: KEY });
    void client.invalidateQueries({ queryKey: meQuery.queryKey });
    void client.invalidateQueries({ queryKey: ['sessions'] });
  };
  const add = useMutation({
    mutationFn: async () => {
      const asked = await body(api.POST('/api/me/passkeys/creation'));
      return body(api.POST('/api/me/passkeys', { body: await makePasskey(asked, name) }));
    },
    onSuccess: () => {
      setName('');
      told();
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.DELETE('/api/me/passkeys/{passkey_id}', { params: { path: { passkey_id: id } } }),
    onSuccess: () => {
      say(t('passkeys.removed'));
      told();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  const items = kept.data?.items ?? [];
  const again = needsProof(add.error) ? () => add.mutate() : needsProof(remove.error) ? () => remove.mutate(remove.variables!) : null;
  return (
    <Part title={t('passkeys.title')}>
      <Stack gap="sm" maw={480}>
        <Text size="sm" c="var(--quiet)">
          {t('passkeys.text')}
        </Text>
        {kept.isPending && <Skeleton h={40} />}
        {items.map((passkey) => (
          <Group key={passkey.id} justify="space-between" wrap="nowrap">
            <div>
              <PasskeyName passkey={passkey} />
              <Text size="sm" c="var(--quiet)">
                {t(passkey.used_at ? 'passkeys.used' : 'passkeys.since')} <Moment at={passkey.used_at ?? passkey.created_at} />
              </Text>
            </div>
            <Button variant="default" aria-label={t('passkeys.removeOne', { name: passkey.name })} loading={remove.isPending && remove.variables === passkey.id} onClick={() => remove.mutate(passkey.id)}>
              {t('passkeys.remove')}
            </Button>
          </Group>
        ))}
        {add.data?.codes && <RecoveryCodes codes={add.data.codes} />}
        {again ? <Confirming me={me} onConfirmed={again} /> : <Refusal error={kept.error ?? add.error ?? remove.error} />}
        {'PublicKeyCredential' in window ? (
          <form onSubmit={submit}>
            <Stack gap="sm" maw={340}>
              <TextInput label={t('passkeys.name')} description={t('passkeys.nameText')} required maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
              <Group>
                <Button type="submit" variant="default" disabled={!name.trim()} loading={add.isPending}>
                  {t('passkeys.add')}
                </Button>
              </Group>
            </Stack>
          </form>
        ) : (
          <Text size="sm">{t('passkeys.none')}</Text>
        )}
      </Stack>
    </Part>
  );
}
