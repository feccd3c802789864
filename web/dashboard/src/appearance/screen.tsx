/** How the chat looks, when somebody is there, what is asked; seen as it is changed. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from '../session/sign-in';
import { SettingsPage, Waiting } from '../settings/page';
import { useHere, useMay } from '../show/may';
import { Failure } from '../shell/states';
import { told } from '../show/toast';
import { Asking } from './asking';
import { Looks } from './looks';
import type { Part } from './part';
import { Preview } from './preview';
import { OfficeHours } from './hours';
import classes from './screen.module.css';
import { chatQuery, type Language, put, type Shown, type Written, writtenOf } from './settings';

export function AppearanceScreen() {
  const { t } = useTranslation();
  const found = useQuery(chatQuery);
  return (
    <SettingsPage title={t('settings.part.chat')} text={t('appearance.text')}>
      {found.isError && !found.data ? <Failure inside error={found.error} onAgain={() => void found.refetch()} /> : !found.data ? <Waiting label={t('appearance.loading')} rows={8} /> : <Form key={found.data.version} shown={found.data} />}
    </SettingsPage>
  );
}

function Form({ shown }: { shown: Shown }) {
  const { t } = useTranslation();
  const may = useMay();
  const here = useHere();
  const client = useQueryClient();
  const [draft, set] = useState<Written>(() => writtenOf(shown));
  const [chosen, speak] = useState<Language>(draft.default_language);
  const language = draft.languages.includes(chosen) ? chosen : draft.default_language;
  const isSame = JSON.stringify(draft) === JSON.stringify(writtenOf(shown));
  const isLocked = !may('settings:write');
  const save = useMutation({
    mutationFn: () => put(draft),
    onSuccess: (fresh) => {
      client.setQueryData(chatQuery.queryKey, fresh);
      told(t('appearance.saved'));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const part: Part = { draft, change: (change) => set((old) => ({ ...old, ...change })), isLocked };
  return (
    <div className={classes.columns}>
    <form onSubmit={submit} className={classes.form}>
      {isLocked && here && (
        <Text size="sm" mb="sm">
          {t('settings.readOnly', { role: t(`team.role.${here.role}`) })}
        </Text>
      )}
      <Looks {...part} shown={shown} language={language} onLanguage={speak} />
      <OfficeHours {...part} />
      <Asking {...part} mailReady={shown.mail_ready} />
      {!isLocked && (
        <div className={classes.foot} data-changed={!isSame || undefined}>
          <Refusal error={save.error} />
          <Group gap={8}>
            <Button type="submit" disabled={isSame} loading={save.isPending}>
              {t('settings.save')}
            </Button>
            {!isSame && (
              <Button variant="default" onClick={() => set(writtenOf(shown))}>
                {t('appearance.discard')}
              </Button>
            )}
          </Group>
        </div>
      )}
    </form>
    {shown.preview && <Preview draft={draft} shown={shown} language={language} />}
    </div>
  );
}
