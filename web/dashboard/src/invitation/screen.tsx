/** What the link of an invitation opens: what it is to, a name, and a password for the next time. */
import { Anchor, Button, PasswordInput, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle, useWindowEvent } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { api, body, Problem } from '../api';
import { meQuery } from '../session/me';
import { Refusal } from '../session/sign-in';
import classes from '../session/sign-in.module.css';
import { Moment } from '../show/time';

/** The token is in nothing but this page's memory, so that it lasts while somebody signs in first. */
let held: string | null = null;

/** It stands behind the `#`, which no server sees, and leaves the address at once. */
function takeToken(): string | null {
  const found = location.hash.slice(1);
  if (!found) return held;
  history.replaceState(history.state, '', location.pathname);
  held = found;
  return held;
}

export function InvitationScreen() {
  const { t } = useTranslation();
  useDocumentTitle(`${t('invitation.title')} · openbook`);
  const navigate = useNavigate();
  const [token, setToken] = useState(takeToken);
  const [isIn, enter] = useState(false);
  useWindowEvent('hashchange', () => setToken(takeToken()));
  const done = () => {
    held = null;
    void navigate({ to: '/contacts', search: {}, replace: true });
  };
  const seen = useQuery({
    queryKey: ['invitation', token],
    enabled: token !== null && !isIn,
    queryFn: () => body(api.POST('/api/invitations/look', { body: { token: token! } })),
    staleTime: Infinity,
    gcTime: 0,
  });
  if (isIn) return <ChoosePassword onDone={done} />;
  if (!token || seen.isError) {
    return (
      <Frame title={t('invitation.none')}>
        {seen.isError ? <Refusal error={seen.error} /> : <Text c="var(--quiet)">{t('invitation.noneText')}</Text>}
        <Anchor component={Link} to="/sign-in" size="sm">
          {t('invitation.toSignIn')}
        </Anchor>
      </Frame>
    );
  }
  if (!seen.data) {
    return (
      <Frame title={t('invitation.title')}>
        <Skeleton h={160} aria-label={t('invitation.loading')} />
      </Frame>
    );
  }
  return <Join seen={seen.data} token={token} onNew={() => enter(true)} onDone={done} />;
}

interface Joining {
  readonly seen: Schemas['InvitationSeen'];
  readonly token: string;
  /** Somebody new here has an account now. */
  readonly onNew: () => void;
  readonly onDone: () => void;
}

function Join({ seen, token, onNew, onDone }: Joining) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('');
  // Nobody has to be signed in here: a refusal only says that nobody is.
  const me = useQuery({ ...meQuery, throwOnError: false });
  const isMember = me.data !== undefined;
  const accept = useMutation({
    mutationFn: () => body(api.POST('/api/invitations/accept', { body: { token, name: name || null } })),
    onSuccess: (answer) => {
      client.clear();
      client.setQueryData(meQuery.queryKey, answer.me!);
      if (isMember) onDone();
      else onNew();
    },
  });
  const leave = useMutation({
    mutationFn: () => api.POST('/api/sign-out'),
    onSuccess: () => {
      accept.reset();
      client.removeQueries({ queryKey: meQuery.queryKey });
      void me.refetch();
    },
  });
  const code = accept.error instanceof Problem ? accept.error.code : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <Frame title={t('invitation.to', { workspace: seen.workspace })}>
      <Text c="var(--quiet)">
        {t('invitation.as', { email: seen.email })} {t(`team.may.${seen.role}`)}
      </Text>
      <form onSubmit={submit}>
        <Stack gap="md">
          {!isMember && code !== 'sign_in_first' && (
            <TextInput size="sm" autoFocus autoComplete="name" required maxLength={100} label={t('door.name')} description={t('invitation.nameText')} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          )}
          <Refusal error={accept.error ?? leave.error} />
          {code === 'sign_in_first' ? (
            <Button component={Link} size="sm" to="/sign-in" search={{ next: '/invitation' } as never}>
              {t('door.enter')}
            </Button>
          ) : code === 'other_person' ? (
            <Button size="sm" type="button" variant="default" loading={leave.isPending} onClick={() => leave.mutate()}>
              {t('account.leave')}
            </Button>
          ) : (
            <Button size="sm" type="submit" loading={accept.isPending} disabled={me.isPending}>
              {t('invitation.join')}
            </Button>
          )}
        </Stack>
      </form>
      <Text size="sm" c="var(--quiet)">
        {t('invitation.ends')} <Moment at={seen.expires_at} />
      </Text>
    </Frame>
  );
}

function ChoosePassword({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const ways = useQuery({ queryKey: ['ways'], queryFn: () => body(api.GET('/api/sign-in')) });
  const me = useQuery(meQuery);
  const client = useQueryClient();
  const set = useMutation({
    mutationFn: () => api.PUT('/api/me/password', { body: { password } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: meQuery.queryKey });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate();
  };
  return (
    <Frame title={t('invitation.password')}>
      <Text c="var(--quiet)">{t(ways.data?.mail === false ? 'invitation.passwordNoMail' : 'invitation.passwordText')}</Text>
      <form onSubmit={submit}>
        <Stack gap="md">
          {/* What a password manager keeps the password under. */}
          <input type="hidden" autoComplete="username" value={me.data?.person.email ?? ''} readOnly />
          <PasswordInput size="sm" autoFocus required autoComplete="new-password" label={t('door.password')} description={t('invitation.passwordRule')} value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('door.show') }} />
          <Refusal error={set.error} />
          <Button size="sm" type="submit" loading={set.isPending}>
            {t('invitation.set')}
          </Button>
          <Anchor component="button" type="button" size="sm" onClick={onDone}>
            {t('invitation.without')}
          </Anchor>
        </Stack>
      </form>
    </Frame>
  );
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={classes.screen}>
      <Stack className={classes.form} gap="md">
        <Title order={1}>{title}</Title>
        {children}
      </Stack>
    </main>
  );
}
