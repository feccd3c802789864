/** The door: by the link of the first start or of a mail, or by e-mail and password, then the second proof. */
import { Alert, Anchor, Button, PasswordInput, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle, useWindowEvent } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, Problem } from '../api';
import type { Schemas } from '../../../client/src';
import { meQuery } from './me';
import classes from './sign-in.module.css';

type Answer = Schemas['SignedIn'];
type Enter = (answer: Answer) => void;

/** The token of a link stands behind the `#`, which no server sees; it leaves the address at once. */
function takeToken(): string | null {
  const token = location.hash.slice(1);
  if (token) history.replaceState(history.state, '', location.pathname + location.search);
  return token || null;
}

export function SignInScreen() {
  const { t } = useTranslation();
  useDocumentTitle(`${t('door.title')} · openbook`);
  const { next } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const [token, setToken] = useState(takeToken);
  // A link that is pasted while this screen is open changes the address without loading the page.
  useWindowEvent('hashchange', () => {
    const pasted = takeToken();
    if (pasted) setToken(pasted);
  });
  const [second, askSecond] = useState<string | null>(null);
  const ways = useQuery({ queryKey: ['ways'], queryFn: () => body(api.GET('/api/sign-in')), staleTime: 0 });
  const enter: Enter = (answer) => {
    if (answer.asked) {
      askSecond(answer.asked.token);
      return;
    }
    client.clear();
    client.setQueryData(meQuery.queryKey, answer.me!);
    void navigate({ href: next ?? '/', replace: true });
  };
  return (
    <main className={classes.screen}>
      <Stack className={classes.form} gap="md">
        <Title order={1}>{t(second ? 'door.second' : token && ways.data && !ways.data.started ? 'door.first' : 'door.title')}</Title>
        {second ? (
          <Second token={second} onEnter={enter} />
        ) : ways.isError ? (
          <Refusal error={ways.error} />
        ) : !ways.data ? (
          <Skeleton h={120} aria-label={t('contact.loading')} />
        ) : token ? (
          <ByLink token={token} isFirst={!ways.data.started} onEnter={enter} />
        ) : ways.data.started ? (
          <ByPassword mail={ways.data.mail} onEnter={enter} />
        ) : (
          <Text c="var(--quiet)">{t('door.notStarted')}</Text>
        )}
      </Stack>
    </main>
  );
}

function ByLink({ token, isFirst, onEnter }: { token: string; isFirst: boolean; onEnter: Enter }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const go = useMutation({
    mutationFn: () =>
      body(api.POST('/api/sign-in/link', { body: { token, ...(isFirst ? { email, name: name || null } : {}) } })),
    onSuccess: onEnter,
  });
  return (
    <Form onSubmit={() => go.mutate()}>
      <Text c="var(--quiet)">{t(isFirst ? 'door.firstText' : 'door.linkText')}</Text>
      {isFirst && (
        <>
          <TextInput size="sm" type="email" autoComplete="email" required label={t('door.email')} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          <TextInput size="sm" autoComplete="name" required label={t('door.name')} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        </>
      )}
      <Refusal error={go.error} />
      <Button size="sm" type="submit" loading={go.isPending}>
        {t(isFirst ? 'door.begin' : 'door.enter')}
      </Button>
    </Form>
  );
}

function ByPassword({ mail, onEnter }: { mail: boolean; onEnter: Enter }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const go = useMutation({
    mutationFn: () => body(api.POST('/api/sign-in/password', { body: { email, password } })),
    onSuccess: onEnter,
  });
  const send = useMutation({ mutationFn: () => api.POST('/api/sign-in/mail', { body: { email } }) });
  return (
    <Form onSubmit={() => go.mutate()}>
      <TextInput size="sm" type="email" autoComplete="username" required label={t('door.email')} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
      <PasswordInput size="sm" autoComplete="current-password" required label={t('door.password')} value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('door.show') }} />
      <Refusal error={go.error ?? send.error} />
      <Button size="sm" type="submit" loading={go.isPending}>
        {t('door.enter')}
      </Button>
      {send.isSuccess ? (
        <Text size="sm" role="status">
          {t('door.sent')}
        </Text>
      ) : mail ? (
        <Anchor component="button" type="button" size="sm" disabled={!email} onClick={() => send.mutate()}>
          {t('door.send')}
        </Anchor>
      ) : (
        <Text size="sm" c="var(--quiet)">
          {t('door.noMail')}
        </Text>
      )}
    </Form>
  );
}

function Second({ token, onEnter }: { token: string; onEnter: Enter }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const go = useMutation({
    mutationFn: () => body(api.POST('/api/sign-in/second', { body: { token, code } })),
    onSuccess: onEnter,
  });
  return (
    <Form onSubmit={() => go.mutate()}>
      <TextInput size="sm" data-autofocus autoFocus autoComplete="one-time-code" inputMode="text" required label={t('door.code')} description={t('door.codeText')} value={code} onChange={(event) => setCode(event.currentTarget.value)} />
      <Refusal error={go.error} />
      <Button size="sm" type="submit" loading={go.isPending}>
        {t('door.enter')}
      </Button>
    </Form>
  );
}

function Form({ onSubmit, children }: { onSubmit: () => void; children: React.ReactNode }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">{children}</Stack>
    </form>
  );
}

export function Refusal({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (!error) return null;
  return (
    <Alert color="red" variant="light" role="alert" p="sm">
      {error instanceof Problem ? error.message : t('failure.networkText')}
    </Alert>
  );
}
