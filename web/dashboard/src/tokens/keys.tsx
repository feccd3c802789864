/** Write keys: what pages and apps send with, and from which sites. */
import { Button, Group, Modal, Stack, TagsInput, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { api, body } from '../api';
import { Refusal } from '../session/sign-in';
import classes from '../settings/frame.module.css';
import { useMay } from '../show/may';
import { SettingsPage, ToCopy, Waiting } from '../settings/page';
import { Sure } from '../settings/sure';
import { Failure } from '../shell/states';
import { Moment } from '../show/time';
import { told } from '../show/toast';

type Key = Schemas['ShownWriteKey'];
const KEYS = ['write-keys'];

export function WriteKeysScreen() {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const keys = useQuery({ queryKey: KEYS, queryFn: () => body(api.GET('/api/write-keys')) });
  const make = useMutation({
    mutationFn: () => body(api.POST('/api/write-keys', { body: { origins: keys.data?.items[0]?.origins ?? null } })),
    onSuccess: () => {
      told(t('tokens.keys.made'));
      return client.invalidateQueries({ queryKey: KEYS });
    },
  });
  const action = may('credentials:write') && (
    <Button loading={make.isPending} disabled={!keys.data} onClick={() => make.mutate()}>
      {t('tokens.keys.make')}
    </Button>
  );
  return (
    <SettingsPage title={t('settings.part.keys')} text={t('tokens.keys.text')} action={action}>
      <Refusal error={make.error} />
      {keys.isError ? (
        <Failure inside error={keys.error} onAgain={() => void keys.refetch()} />
      ) : !keys.data ? (
        <Waiting label={t('tokens.keys.loading')} />
      ) : (
        <ul className={classes.list}>
          {keys.data.items.map((key) => (
            <Line key={key.key} shown={key} isOnly={keys.data.items.length === 1} />
          ))}
        </ul>
      )}
    </SettingsPage>
  );
}

function Line({ shown, isOnly }: { shown: Key; isOnly: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const [isAsking, ask] = useState(false);
  const path = { params: { path: { key: shown.key } } };
  const bind = useMutation({
    mutationFn: (origins: string[]) => body(api.PATCH('/api/write-keys/{key}', { ...path, body: { origins: origins.length ? origins : null } })),
    onSuccess: () => {
      told(t('tokens.keys.saved'));
      return client.invalidateQueries({ queryKey: KEYS });
    },
  });
  const revoke = useMutation({
    mutationFn: (_: void) => api.DELETE('/api/write-keys/{key}', path),
    onSuccess: () => {
      ask(false);
      told(t('tokens.keys.gone'));
      return client.invalidateQueries({ queryKey: KEYS });
    },
  });
  const origins = bind.isPending ? bind.variables : (shown.origins ?? []);
  return (
    <li className={classes.line}>
      <Stack gap="sm">
        <ToCopy label={t('tokens.keys.key')} text={shown.key} />
        <TagsInput
          size="xs"
          label={t('tokens.keys.sites')}
          description={t(origins.length ? 'tokens.keys.some' : 'tokens.keys.all')}
          placeholder={t('tokens.keys.sitesHint')}
          readOnly={!may('credentials:write')}
          value={origins}
          onChange={(value) => bind.mutate(value)}
        />
        <Refusal error={bind.error} />
        <Group gap="sm">
          <Text size="sm" c="var(--quiet)" flex={1}>
            {t('tokens.keys.created')} <Moment at={shown.created_at} />
            {' · '}
            {shown.used_at === null ? (
              t('tokens.keys.never')
            ) : (
              <>
                {t('tokens.keys.used')} <Moment at={shown.used_at} />
              </>
            )}
            {isOnly && may('credentials:write') && ` · ${t('tokens.keys.only')}`}
          </Text>
          {may('credentials:write') && !isOnly && (
            <Button variant="default" onClick={() => ask(true)}>
              {t('tokens.keys.revoke')}
            </Button>
          )}
        </Group>
      </Stack>
      <Modal opened={isAsking} onClose={() => ask(false)} title={t('tokens.keys.revokeTitle')} size="sm" closeButtonProps={{ 'aria-label': t('act.close') }}>
        <Stack gap="md">
          <Text size="sm">{t('tokens.keys.revokeText')}</Text>
          <Sure of={revoke} />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={() => ask(false)}>
              {t('act.keep')}
            </Button>
            <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate()}>
              {t('tokens.keys.revoke')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </li>
  );
}
