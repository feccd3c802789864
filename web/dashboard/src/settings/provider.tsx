/** Whether people may sign in at a service of their company, what it is set up by, and whether it answers. */
import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { useMay } from '../show/may';
import { Refusal } from '../session/sign-in';
import { Failure } from '../shell/states';
import classes from './frame.module.css';
import { Section, SettingsPage, ToCopy, Waiting } from './page';

export function ProviderScreen() {
  const { t } = useTranslation();
  const may = useMay();
  const found = useQuery({ queryKey: ['provider'], queryFn: () => body(api.GET('/api/provider')) });
  const test = useMutation({ mutationFn: (_: void) => body(api.POST('/api/provider/test')) });
  const provider = found.data;
  return (
    <SettingsPage title={t('settings.part.signIn')} text={t('settings.provider.text')}>
      {found.isError ? (
        <Failure inside error={found.error} onAgain={() => void found.refetch()} />
      ) : !provider ? (
        <Waiting label={t('settings.loading')} />
      ) : (
        <>
          <Stack gap="md" align="flex-start">
            <Text fw={550}>{provider.ready ? t('settings.provider.ready', { label: provider.label }) : t('settings.provider.notReady')}</Text>
            {provider.ready && (
              <dl className={classes.facts}>
                <dt>{t('settings.provider.issuer')}</dt>
                <dd>{provider.issuer}</dd>
                <dt>{t('settings.provider.client')}</dt>
                <dd>{provider.client_id}</dd>
                <dt>{t('settings.provider.domains')}</dt>
                <dd>{provider.domains.length ? t('settings.provider.only', { domains: provider.domains.join(', ') }) : t('settings.provider.everybody')}</dd>
              </dl>
            )}
            <div className={classes.whole}>
              <ToCopy label={t('settings.provider.returnTo')} text={provider.return_to} />
            </div>
            {provider.ready && may('team:write') && (
              <>
                <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
                  {t('settings.provider.test')}
                </Button>
                {test.data && (
                  <Alert variant="light" role="status" p="sm">
                    {t('settings.provider.found', { address: test.data.authorization_endpoint })}
                  </Alert>
                )}
                <Refusal error={test.error} />
              </>
            )}
          </Stack>
          <Section title={t('settings.mail.variables')} text={provider.ready ? undefined : t('settings.provider.notReadyText')}>
            <ul className={classes.list}>
              {provider.variables.map((one) => (
                <li key={one.name} className={classes.line}>
                  <div>
                    <Code>{one.name}</Code>
                  </div>
                  <Text size="sm" c={one.set ? undefined : 'var(--quiet)'}>
                    {t(one.set ? 'settings.mail.set' : 'settings.mail.notSet')}
                  </Text>
                </li>
              ))}
            </ul>
          </Section>
        </>
      )}
    </SettingsPage>
  );
}
