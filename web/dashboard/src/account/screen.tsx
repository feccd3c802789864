/** The person who is signed in: name, password, second factor, and where else they are signed in. */
import { Button, Group, PasswordInput, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import type { Schemas } from '../../../client/src';
import { meQuery } from '../session/me';
import { Refusal } from '../session/sign-in';
import { Failure } from '../shell/states';
import { Confirming } from './confirming';
import { Part } from './part';
import { Passkeys } from './passkeys';
import { needsProof } from './proof';
import { SecondFactor } from './second-factor';
import classes from './screen.module.css';
import { Sessions } from './sessions';
import { told } from '../show/toast';

type Me = Schemas['Me'];

export function AccountScreen() {
  const { t } = useTranslation();
  useDocumentTitle(`${t('account.title')} · openbook`);
  const me = useQuery(meQuery);
  return (
    <main className={classes.screen}>
      <Title order={1} mb="lg">
        {t('account.title')}
      </Title>
      {me.isError ? (
        <Failure inside error={me.error} onAgain={() => void me.refetch()} />
      ) : !me.data ? (
        <Skeleton h={240} />
      ) : (
        <Stack gap={40}>
          <Name me={me.data} />
          <Password me={me.data} />
          <SecondFactor me={me.data} />
          <Passkeys me={me.data} />
          <Sessions />
        </Stack>
      )}
    </main>
  );
}

function Name({ me }: { me: Me }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(me.person.name);
  const rename = useMutation({
    mutationFn: () => body(api.PATCH('/api/me', { body: { name } })),
    onSuccess: (fresh) => {
      client.setQueryData(meQuery.queryKey, fresh);
      told(t('account.renamed'));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <Part title={t('account.you')}>
      <form onSubmit={submit}>
        <Stack gap="sm" maw={340}>
          <Text size="sm" c="var(--quiet)">
            {me.person.email}
          </Text>
          <TextInput label={t('door.name')} required maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Refusal error={rename.error} />
          <Group>
            <Button type="submit" variant="default" disabled={name === me.person.name} loading={rename.isPending}>
              {t('account.rename')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Part>
  );
}

function Password({ me }: { me: Me }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const set = useMutation({
    mutationFn: () => api.PUT('/api/me/password', { body: { password } }),
    onSuccess: () => {
      setPassword('');
      told(t('account.passwordSet'));
      void client.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate();
  };
  return (
    <Part title={t('door.password')}>
      <form onSubmit={submit}>
        <Stack gap="sm" maw={340}>
          <Text size="sm" c="var(--quiet)">
            {t(me.person.has_password ? 'account.passwordText' : 'account.noPasswordText')}
          </Text>
          <PasswordInput size="xs" autoComplete="new-password" required label={t('account.newPassword')} value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('door.show') }} />
          {needsProof(set.error) ? <Confirming me={me} onConfirmed={() => set.mutate()} /> : <Refusal error={set.error} />}
          <Group>
            <Button type="submit" variant="default" loading={set.isPending} disabled={!password}>
              {t('account.setPassword')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Part>
  );
}
