/** The first steps: put the snippet into a page, and see the first visitor arrive. */
import { Anchor, Code, Group, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { useMay } from '../show/may';
import { Failure } from '../shell/states';
import { Arrivals } from './arrivals';
import { Copied } from './copied';
import classes from './start.module.css';
import { WayBack } from './way-back';
import { Ways } from './ways';

const installation = (key: string | undefined) =>
  queryOptions({
    queryKey: ['installation', key],
    queryFn: () => body(api.GET('/api/installation', { params: { query: key ? { key } : {} } })),
  });

export function StartScreen() {
  const { t } = useTranslation();
  useDocumentTitle(`${t('start.title')} · openbook`);
  const { way, key } = useSearch({ from: '/inside/start' });
  const navigate = useNavigate({ from: '/start' });
  const go = (next: { way?: string; key?: string }) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const may = useMay();
  const found = useQuery(installation(key));
  const data = found.data;
  return (
    <main className={classes.screen}>
      <Title order={1}>{t('start.title')}</Title>
      <Text c="var(--quiet)" mt={4} maw={560}>
        {t('start.text')}
      </Text>
      <WayBack />
      {found.isError ? (
        <Failure inside error={found.error} onAgain={() => (key ? go({ key: undefined }) : void found.refetch())} />
      ) : (
        <div className={classes.columns}>
          <section aria-labelledby="install" className={classes.install}>
            <Title order={2} id="install">
              {t('start.install')}
            </Title>
            {!data ? (
              <Stack gap="sm" mt="sm" aria-busy>
                <Skeleton h={32} />
                <Skeleton h={120} />
              </Stack>
            ) : (
              <Stack gap="lg" mt="sm">
                {data.keys.length > 1 && (
                  <Select
                    size="xs"
                    maw={360}
                    label={t('start.key')}
                    description={t('start.keyText')}
                    allowDeselect={false}
                    value={data.key}
                    onChange={(value) => go({ key: value ?? undefined })}
                    data={data.keys.map((one) => ({
                      value: one.key,
                      label: `${one.key} · ${one.origins ? one.origins.join(', ') : t('start.allSites')}`,
                    }))}
                  />
                )}
                <Ways ways={data.ways} chosen={way} onChoose={(next) => go({ way: next })} />
                {!data.url_is_set && (
                  <Text size="sm" className={classes.note}>
                    {t('start.guessed', { url: data.url })}
                    {may('settings:write') ? (
                      <>
                        {' '}
                        <Anchor component={Link} to="/settings/workspace" inherit c="inherit" underline="always">
                          {t('start.setAddress')}
                        </Anchor>
                      </>
                    ) : (
                      <>
                        : <Code>openbook settings set public_url=https://…</Code>
                      </>
                    )}
                  </Text>
                )}
                <div>
                  <Title order={3} className={classes.small}>
                    {t('start.policy')}
                  </Title>
                  <Text size="sm" c="var(--quiet)" mb={6}>
                    {t('start.policyText')}
                  </Text>
                  <Copied text={data.security_policy} language="csp" />
                </div>
              </Stack>
            )}
          </section>
          <Arrivals origins={data?.keys.find((one) => one.key === data.key)?.origins ?? null} />
        </div>
      )}
      <Group gap={6} mt={40} className={classes.foot}>
        <Text size="sm" c="var(--quiet)">
          {t('start.demoText')}
        </Text>
        <Anchor size="sm" href="/demo" target="_blank" rel="noopener" c="inherit" underline="always">
          {t('start.demo')}
        </Anchor>
      </Group>
    </main>
  );
}
