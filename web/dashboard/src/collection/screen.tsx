/** What is collected, and how: each switch beside the sentence that explains it. */
import { Group, Skeleton, Stack, Switch, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Field, fieldsQuery } from '../api';
import { useHere, useMay } from '../show/may';
import { Failure } from '../shell/states';
import { Attributes } from './attributes';
import { Choices } from './choices';
import { Preview, ToPage } from './preview';
import classes from './screen.module.css';
import { type Settings, settingsQuery, useChangeSettings } from './settings';
import { StillStored, storedQuery } from './stored';

export function CollectionScreen() {
  const { t } = useTranslation();
  useDocumentTitle(`${t('collection.title')} · openbook`);
  const fields = useQuery(fieldsQuery);
  const settings = useQuery(settingsQuery);
  const may = useMay();
  const here = useHere();
  const isLocked = here !== undefined && !may('settings:write');
  const failed = fields.error ?? settings.error;
  return (
    <main className={classes.screen}>
      <Group justify="space-between" mb={4}>
        <Title order={1}>{t('collection.title')}</Title>
        <ToPage className={classes.toPage} words={t('collection.previewTitle')} />
      </Group>
      <Text c="var(--quiet)" mb="lg" maw={640}>
        {t('collection.text')}
      </Text>
      {failed ? (
        <Failure inside error={failed} onAgain={() => void Promise.all([fields.refetch(), settings.refetch()])} />
      ) : !fields.data || !settings.data ? (
        <Stack gap="md" aria-busy>
          {Array.from({ length: 14 }, (_, index) => (
            <Skeleton key={index} h={20} w={`${50 + ((index * 19) % 45)}%`} />
          ))}
        </Stack>
      ) : (
        <div className={classes.beside}>
          <div>
            {isLocked && here && (
              <Text size="sm" mb="md">
                {t('settings.readOnly', { role: t(`team.role.${here.role}`) })}
              </Text>
            )}
            <Choices settings={settings.data} isLocked={isLocked} />
            <Switches fields={fields.data} settings={settings.data} isLocked={isLocked} />
            <Attributes settings={settings.data} isLocked={isLocked} />
          </div>
          <Preview />
        </div>
      )}
    </main>
  );
}

interface Given {
  readonly fields: readonly Field[];
  readonly settings: Settings;
  readonly isLocked: boolean;
}

function Switches({ fields, settings, isLocked }: Given) {
  const { t } = useTranslation();
  const may = useMay();
  const stored = useQuery({ ...storedQuery, enabled: may('contacts:delete') });
  const change = useChangeSettings();
  // A derived value follows the switch of the field it is part of.
  const own = fields.filter((field) => field.switch === `collect.${field.id}`);
  const sections = [...new Set(own.map((field) => field.section))];
  return sections.map((name) => (
    <section key={name} aria-labelledby={`collect-${name}`} className={classes.section}>
      <Title order={2} id={`collect-${name}`} className={classes.title}>
        {t(`section.${name}`)}
      </Title>
      {own
        .filter((field) => field.section === name)
        .map((field) => (
          <div key={field.id} className={classes.row}>
            <Switch
              size="sm"
              disabled={isLocked}
              aria-labelledby={`name-${field.id}`}
              aria-describedby={`about-${field.id}`}
              checked={settings[field.switch] === true}
              onChange={(event) => change.mutate({ [field.switch]: event.currentTarget.checked })}
            />
            <div>
              <Text id={`name-${field.id}`} fw={550}>
                {field.title}
              </Text>
              <Text size="sm" c="var(--quiet)" id={`about-${field.id}`}>
                {field.about} {t('collection.why', { purpose: field.purpose, basis: field.legal_basis, retention: field.retention })}
              </Text>
              {settings[field.switch] !== true && stored.data?.has(field.id) && may('contacts:delete') && <StillStored field={field} stored={stored.data.get(field.id)!} />}
            </div>
          </div>
        ))}
    </section>
  ));
}
