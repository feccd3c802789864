/** The door: by the link of the first start or of a mail, by e-mail and password, or by a passkey; then the second proof. */
import { Alert, Anchor, Button, PasswordInput, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle, useWindowEvent } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, Problem } from '../api';
import type { Schemas } from '../../../client/src';
import { meQuery, ownPath } from './me';
import { answerPasskey } from './passkey';
import classes from './sign-in.module.css';

type Answer = Schemas['SignedIn'];
type Enter = (answer: Answer) => void;

/** What a link or the provider's answer holds stands behind the `#`, which no server sees; it leaves the address at once. */
function takeHeld(): string | null {
  const held = location.hash.slice(1);
  if (held) history.replaceState(history.state, '', location.pathname + location.search);
  return held || null;
}

/** What the provider sent along with the browser, if that is what is held. */
function answerOf(held: string | null): Schemas['ProviderAnswer'] | null {
  if (!held?.startsWith('provider?')) return null;
  const given = new URLSearchParams(held.slice(9));
  return { state: given.get('state') ?? '', code: given.get('code'), iss: given.get('iss'), error: given.get('error') };
}

/** Where somebody wanted to go is remembered while they are at the provider, by this tab alone. */
const WANTED = 'wanted';

export function SignInScreen() {
  const { t } = useTranslation();
  useDocumentTitle(`${t('door.title')} · openbook`);
  const { next } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const [held, setHeld] = useState(takeHeld);
  const answer = answerOf(held);
  const token = answer ? null : held;
  // A link that is pasted while this screen is open changes the address without loading the page.
  useWindowEvent('hashchange', () => {
    const pasted = takeHeld();
    if (pasted) setHeld(pasted);
  });
  const [second, askSecond] = useState<Schemas['Asked'] | null>(null);
  const ways = useQuery({ queryKey: ['ways'], queryFn: () => body(api.GET('/api/sign-in')), staleTime: 0 });
  const enter: Enter = (answer) => {
    if (answer.asked) {
      askSecond(answer.asked);
      return;
    }
    client.clear();
    client.setQueryData(meQuery.queryKey, answer.me!);
    const wanted = sessionStorage.getItem(WANTED);
    sessionStorage.removeItem(WANTED);
    void navigate({ href: ownPath(next) ?? ownPath(wanted) ?? '/', replace: true });
  };
  return (
    <main className={classes.screen}>
      <Stack className={classes.form} gap="md">
        <Title order={1}>{t(second ? 'door.second' : token && ways.data && !ways.data.started ? 'door.first' : 'door.title')}</Title>
        {second ? (
          <Second asked={second} onEnter={enter} />
        ) : ways.isError ? (
          <Refusal error={ways.error} />
        ) : !ways.data ? (
          <Skeleton h={120} aria-label={t('contact.loading')} />
        ) : answer ? (
          <FromProvider answer={answer} onEnter={enter} onRefused={() => setHeld(null)} />
        ) : token ? (
          <ByLink token={token} isFirst={!ways.data.started} onEnter={enter} />
        ) : ways.data.started ? (
          <>
            <ByPassword mail={ways.data.mail} onEnter={enter} />
            {ways.data.provider && <ByProvider label={ways.data.provider} next={next} />}
            {ways.data.passkeys && 'PublicKeyCredential' in window && <ByPasskey onEnter={enter} />}
          </>
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

/** The way to the provider: the server says where it is, so that its answer fits this browser alone. */
function ByProvider({ label, next }: { label: string; next?: string }) {
  const { t } = useTranslation();
  const go = useMutation({
    mutationFn: async () => {
      const asked = await body(api.POST('/api/sign-in/provider/start'));
      if (next) sessionStorage.setItem(WANTED, next);
      location.assign(asked.url);
    },
  });
  return (
    <Stack gap="md">
      <Refusal error={go.error} />
      <Button size="sm" variant="default" loading={go.isPending} onClick={() => go.mutate()}>
        {t('door.provider', { name: label })}
      </Button>
    </Stack>
  );
}

/** Back from the provider: what it sent along is handed in once, and a refusal leaves the other ways open. */
function FromProvider({ answer, onEnter, onRefused }: { answer: Schemas['ProviderAnswer']; onEnter: Enter; onRefused: () => void }) {
  const { t } = useTranslation();
  const given = useQuery({
    queryKey: ['from provider', answer.state],
    queryFn: () => body(api.POST('/api/sign-in/provider', { body: answer })),
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
  useEffect(() => {
    if (given.data) onEnter(given.data);
    // Only an answer that arrives leads on; `onEnter` is another function each time.
  }, [given.data]);
  if (!given.isError) return <Skeleton h={120} aria-label={t('door.entering')} />;
  return (
    <Stack gap="md">
      <Refusal error={given.error} />
      <Button size="sm" onClick={onRefused}>
        {t('door.again')}
      </Button>
    </Stack>
  );
}

function ByPasskey({ onEnter }: { onEnter: Enter }) {
  const { t } = useTranslation();
  const go = useMutation({
    mutationFn: async () => {
      const asked = await body(api.POST('/api/sign-in/passkey/challenge'));
      return body(api.POST('/api/sign-in/passkey', { body: await answerPasskey(asked) }));
    },
    onSuccess: onEnter,
  });
  return (
    <Stack gap="md">
      <Refusal error={go.error} />
      <Button size="sm" variant="default" loading={go.isPending} onClick={() => go.mutate()}>
        {t('door.passkey')}
      </Button>
    </Stack>
  );
}

/** A passkey comes first where there is one: a touch is less than a code, and no page can steal it. */
function Second({ asked, onEnter }: { asked: Schemas['Asked']; onEnter: Enter }) {
  const { t } = useTranslation();
  const { token } = asked;
  const hasKey = asked.second_factors.includes('passkey') && 'PublicKeyCredential' in window;
  const hasApp = asked.second_factors.includes('totp');
  const touch = useMutation({
    mutationFn: async () => {
      const challenge = await body(api.POST('/api/sign-in/second/passkey', { body: { token } }));
      return body(api.POST('/api/sign-in/second', { body: { token, passkey: await answerPasskey(challenge) } }));
    },
    onSuccess: onEnter,
  });
  const [code, setCode] = useState('');
  const go = useMutation({
    mutationFn: () => body(api.POST('/api/sign-in/second', { body: { token, code } })),
    onSuccess: onEnter,
  });
  return (
    <Form onSubmit={() => go.mutate()}>
      {hasKey && (
        <Button size="sm" autoFocus loading={touch.isPending} onClick={() => touch.mutate()}>
          {t('door.byPasskey')}
        </Button>
      )}
      <Refusal error={touch.error} />
      <TextInput size="sm" data-autofocus={!hasKey} autoFocus={!hasKey} autoComplete="one-time-code" inputMode="text" required label={t('door.code')} description={t(hasApp ? 'door.codeText' : 'door.recoveryText')} value={code} onChange={(event) => setCode(event.currentTarget.value)} />
      <Refusal error={go.error} />
      <Button size="sm" type="submit" variant={hasKey ? 'default' : 'filled'} loading={go.isPending}>
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

/** What the browser says of a passkey that was not given: it tells a page no more than that. */
function said(error: Error): string {
  if (error.name === 'InvalidStateError') return 'door.passkeyKnown';
  return error.name === 'NotAllowedError' || error.name === 'SecurityError' ? 'door.passkeyNot' : 'failure.networkText';
}

export function Refusal({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (!error) return null;
  return (
    <Alert color="red" variant="light" role="alert" p="sm">
      {error instanceof Problem ? error.message : t(said(error))}{' '}
      {/* Beside, so that what was typed here is still there afterwards. */}
      {error instanceof Problem && error.code === 'not_allowed' && (
        <Anchor href="/sign-in" target="_blank" inherit>
          {t('failure.signIn')}
        </Anchor>
      )}
    </Alert>
  );
}
