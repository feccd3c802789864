/** What programs may do here: API tokens, each shown once. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { api, body } from '../api';
import classes from '../settings/frame.module.css';
import { useMay } from '../show/may';
import { Section, SettingsPage, Waiting } from '../settings/page';
import { Sure } from '../settings/sure';
import { Failure } from '../shell/states';
import { Moment } from '../show/time';
import { Making, Shown, TOKENS, useScopeWord } from './making';
import { told } from '../show/toast';

type Token = Schemas['ShownToken'];

export function TokensScreen() {
  const { t } = useTranslation();
  const may = useMay();
  const [isMaking, make] = useState(false);
  const tokens = useQuery({ queryKey: TOKENS, queryFn: () => body(api.GET('/api/tokens')) });
  const items = tokens.data?.items ?? [];
  const live = items.filter((one) => one.revoked_at === null).reverse();
  const gone = items.filter((one) => one.revoked_at !== null).reverse();
  return (
    <SettingsPage title={t('settings.part.tokens')} text={t('tokens.text')} action={may('credentials:write') && <Button onClick={() => make(true)}>{t('tokens.make')}</Button>}>
      {tokens.isError ? (
        <Failure inside error={tokens.error} onAgain={() => void tokens.refetch()} />
      ) : !tokens.data ? (
        <Waiting label={t('tokens.loading')} />
      ) : (
        <>
          {live.length === 0 && <Text size="sm">{t('tokens.none')}</Text>}
          {live.length > 0 && (
            <ul className={classes.list}>
              {live.map((token) => (
                <Line key={token.id} token={token} />
              ))}
            </ul>
          )}
          {gone.length > 0 && (
            <Section title={t('tokens.former')}>
              <ul className={classes.list}>
                {gone.map((token) => (
                  <li key={token.id} className={classes.line}>
                    <About token={token} />
                  </li>
                ))}
              </ul>
            </Section>
          )}
        </>
      )}
      <Making opened={isMaking} onClose={() => make(false)} />
    </SettingsPage>
  );
}

function About({ token }: { token: Token }) {
  const { t } = useTranslation();
  const word = useScopeWord();
  return (
    <div className={classes.broken}>
      <Text size="sm" fw={token.revoked_at === null ? 550 : undefined}>
        {token.name}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {token.scopes.map(word).join(' · ')}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {t('tokens.created')} <Moment at={token.created_at} /> ·{' '}
        {token.used_at === null ? (
          t('tokens.never')
        ) : (
          <>
            {t('tokens.used')} <Moment at={token.used_at} />
          </>
        )}
        {token.revoked_at !== null && (
          <>
            {' · '}
            {t('tokens.revoked')} <Moment at={token.revoked_at} />
          </>
        )}
      </Text>
    </div>
  );
}

function Line({ token }: { token: Token }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const [asked, ask] = useState<'rotate' | 'revoke' | null>(null);
  const fresh = () => client.invalidateQueries({ queryKey: TOKENS });
  const path = { params: { path: { token_id: token.id } } };
  const rotate = useMutation({ mutationFn: (_: void) => body(api.POST('/api/tokens/{token_id}/rotate', path)), onSuccess: fresh });
  const revoke = useMutation({
    mutationFn: (_: void) => api.DELETE('/api/tokens/{token_id}', path),
    onSuccess: () => {
      ask(null);
      told(t('tokens.gone', { name: token.name }));
      return fresh();
    },
  });
  const close = () => {
    ask(null);
    rotate.reset();
  };
  const dialog = { onClose: close, closeButtonProps: { 'aria-label': t('act.close') } };
  return (
    <li className={classes.line}>
      <About token={token} />
      {may('credentials:write') && (
        <Group gap={8}>
          <Button variant="default" onClick={() => ask('rotate')}>
            {t('tokens.rotate')}
          </Button>
          <Button variant="default" onClick={() => ask('revoke')}>
            {t('tokens.revoke')}
          </Button>
        </Group>
      )}
      <Modal {...dialog} opened={asked === 'rotate'} title={t('tokens.rotateTitle', { name: token.name })}>
        {rotate.data ? (
          <Shown token={rotate.data.token} onDone={close} />
        ) : (
          <Stack gap="md">
            <Text size="sm">{t('tokens.rotateText')}</Text>
            <Sure of={rotate} />
            <Group justify="flex-end" gap={8}>
              <Button variant="default" onClick={close}>
                {t('act.keep')}
              </Button>
              <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
                {t('tokens.rotate')}
              </Button>
            </Group>
          </Stack>
        )}
      </Modal>
      <Modal {...dialog} opened={asked === 'revoke'} title={t('tokens.revokeTitle', { name: token.name })} size="sm">
        <Stack gap="md">
          <Text size="sm">{t('tokens.revokeText')}</Text>
          <Sure of={revoke} />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={close}>
              {t('act.keep')}
            </Button>
            <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate()}>
              {t('tokens.revoke')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </li>
  );
}
