/** Whether openbook can send mail, what it is set up by, and a mail to oneself that shows it. */
import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { Failure } from '../shell/states';
import classes from './frame.module.css';
import { useMay } from '../show/may';
import { Section, SettingsPage, Waiting } from './page';
import { Sure } from './sure';

export function MailScreen() {
  const { t } = useTranslation();
  const may = useMay();
  const mail = useQuery({ queryKey: ['mail'], queryFn: () => body(api.GET('/api/mail')) });
  const test = useMutation({ mutationFn: (_: void) => body(api.POST('/api/mail/test')) });
  return (
    <SettingsPage title={t('settings.part.mail')} text={t('settings.mail.text')}>
      {mail.isError ? (
        <Failure inside error={mail.error} onAgain={() => void mail.refetch()} />
      ) : !mail.data ? (
        <Waiting label={t('settings.loading')} />
      ) : (
        <>
        <Stack gap="md" align="flex-start">
          <Text fw={550}>{t(mail.data.ready ? 'settings.mail.ready' : 'settings.mail.notReady')}</Text>
          {mail.data.server && (
            <dl className={classes.facts}>
              <dt>{t('settings.mail.server')}</dt>
              <dd>
                {mail.data.server.host}:{mail.data.server.port}, {t(`settings.mail.security.${mail.data.server.security}`)}
              </dd>
              <dt>{t('settings.mail.user')}</dt>
              <dd>{mail.data.server.user ?? '—'}</dd>
              <dt>{t('settings.mail.sender')}</dt>
              <dd>{mail.data.sender}</dd>
              <dt>{t('settings.mail.address')}</dt>
              <dd>{mail.data.address}</dd>
            </dl>
          )}
          {mail.data.ready && may('team:write') && (
            <>
              <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
                {t('settings.mail.test')}
              </Button>
              <Sure of={test} />
              {test.data && (
                <Alert variant="light" role="status" p="sm">
                  {t('settings.mail.sent', { to: test.data.to })}
                </Alert>
              )}
            </>
          )}
        </Stack>
          <Section title={t('settings.mail.variables')} text={mail.data.ready ? undefined : t('settings.mail.notReadyText')}>
            <ul className={classes.list}>
              {mail.data.variables.map((one) => (
                <li key={one.name} className={classes.line}>
                  <div>
                    <Code>{one.name}</Code>
                  </div>
                  <Group gap={8}>
                    <Text size="sm" c={one.set ? undefined : 'var(--quiet)'}>
                      {t(one.set ? 'settings.mail.set' : 'settings.mail.notSet')}
                    </Text>
                  </Group>
                </li>
              ))}
            </ul>
          </Section>
        </>
      )}
    </SettingsPage>
  );
}
