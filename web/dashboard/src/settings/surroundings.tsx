/** Where places come from, and how openbook knows the address that a request came from. */
import { Anchor, Badge, Button, Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { api, body } from '../api';
import { Failure } from '../shell/states';
import classes from './frame.module.css';
import { Section, SettingsPage, ToCopy, Waiting } from './page';

export function SurroundingsScreen() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ['surroundings'], queryFn: () => body(api.GET('/api/surroundings')) });
  return (
    <SettingsPage title={t('settings.part.places')} text={t('settings.places.text')}>
      {found.isError ? (
        <Failure inside error={found.error} onAgain={() => void found.refetch()} />
      ) : !found.data ? (
        <Waiting label={t('settings.loading')} rows={6} />
      ) : (
        <>
          <Places data={found.data.data} />
          <Section title={t('settings.places.proxies')} text={t('settings.places.proxiesText')}>
            <dl className={classes.facts}>
              <dt>{t('settings.places.trusted')}</dt>
              <dd>{found.data.trusted_proxies.join(', ') || t('settings.places.nobody')}</dd>
            </dl>
          </Section>
          <Request way={found.data.way} isTesting={found.isFetching} onAgain={() => void found.refetch()} />
        </>
      )}
    </SettingsPage>
  );
}

function Places({ data }: { data: readonly Schemas['GeoData'][] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('settings.places.data')} text={t('settings.places.dataText')}>
      {data.length === 0 && (
        <Stack gap="sm" maw={480}>
          <Text size="sm">{t('settings.places.noData')}</Text>
          <ToCopy label={t('settings.places.command')} text="openbook geo fetch" />
        </Stack>
      )}
      <ol className={classes.list}>
        {data.map((one) => (
          <li key={one.label} className={classes.line}>
            <div className={classes.broken}>
              <Text size="sm">
                {one.label}{' '}
                <Text span c="var(--quiet)">
                  {one.built}
                </Text>
              </Text>
              {one.attribution && (
                <Text size="sm" c="var(--quiet)">
                  {one.link ? (
                    <Anchor href={one.link} target="_blank" rel="noopener noreferrer" inherit>
                      {one.attribution}
                    </Anchor>
                  ) : (
                    one.attribution
                  )}
                  {one.licence && `, ${one.licence}`}
                </Text>
              )}
            </div>
            <Badge>{t(one.what === 'built in' ? 'settings.places.builtIn' : 'settings.places.own')}</Badge>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Request({ way, isTesting, onAgain }: { way: Schemas['RequestWay']; isTesting: boolean; onAgain: () => void }) {
  const { t } = useTranslation();
  const taken = way.hops.findIndex((hop) => hop.taken);
  return (
    <Section title={t('settings.places.test')}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          {t('settings.places.seen')} {way.address ? <Code>{way.address}</Code> : t('settings.places.unknown')}.
        </Text>
        <Text size="sm" maw={600}>
          {t(`settings.places.verdict.${way.verdict}`)}
        </Text>
        {way.hops.length > 1 && (
          <ol className={classes.list} aria-label={t('settings.places.way')}>
            {way.hops.map((hop, at) => (
              <li key={at} className={classes.line}>
                <div className={classes.broken}>
                  <Code>{hop.text || '—'}</Code>
                </div>
                <Text size="sm" c="var(--quiet)">
                  {t(hop.taken ? 'settings.places.hopLast' : at < taken ? 'settings.places.hopTrusted' : 'settings.places.hopIgnored')}
                </Text>
              </li>
            ))}
          </ol>
        )}
        {way.ignored.length > 0 && (
          <Text size="sm" c="var(--quiet)">
            {t('settings.places.ignored', { names: way.ignored.join(', ') })}
          </Text>
        )}
        <Button variant="default" loading={isTesting} onClick={onAgain}>
          {t('settings.places.again')}
        </Button>
      </Stack>
    </Section>
  );
}
