/** Contacts as a whole: when they came, and what they have in common. Each figure is a way to a list. */
import { Group, SegmentedControl, Skeleton, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import type { Asked, Condition } from '../contacts/asked';
import { useCount } from '../contacts/found';
import { Failure } from '../shell/states';
import states from '../shell/states.module.css';
import { type InsightAsked, MEASURES, type Measure, momentField, type Period, PERIODS, readInsight, when } from './asked';
import { Breakdown } from './breakdown';
import classes from './insight.module.css';
import { narrowed, Narrowing, Nobody, OtherForms, plain, useQuestion } from './narrow';
import { Over } from './over';

export function InsightScreen() {
  const { t, i18n } = useTranslation();
  useDocumentTitle(`${t('insight.title')} · openbook`);
  const search = useSearch({ from: '/inside/insight' });
  const navigate = useNavigate({ from: '/insight' });
  const { period, measure } = readInsight(search);
  const asked = useMemo(() => plain(search), [search]);
  const question = useQuestion(asked);
  const go = (next: InsightAsked) => void navigate({ search: next, replace: true });
  const found = useQuery({
    queryKey: ['insight', question, period, measure],
    enabled: question !== null,
    // Days are the workspace's, not the reader's: two people who look at one day see the same figure.
    queryFn: ({ signal }) => body(api.POST('/api/contacts/insight', { body: { ...question, period, measure } as never, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const data = found.data;
  const listOf = useCallback((conditions: readonly Condition[]): Asked => narrowed(asked, conditions), [asked]);
  // A breakdown is of the period's contacts, so its lists are, too.
  const ofPeriod = useCallback(
    (conditions: readonly Condition[]): Asked => {
      const since = data?.since;
      return listOf(since ? [{ field: momentField(measure), op: 'gte', value: when(since) }, ...conditions] : conditions);
    },
    [listOf, data?.since, measure],
  );
  const isAsked = Boolean(asked.q || asked.where?.length);
  const isNobody = data !== undefined && data.total === 0 && data.series.buckets.every(({ seen, new: fresh }) => !seen && !fresh);
  // Whether there is somebody at another time is not known before it is asked.
  const isElsewhere = isNobody && period !== 'all';
  const others = useCount(question ?? {}, question === null || !isElsewhere);
  const isQuiet = isElsewhere && others.data?.count !== 0;
  const figures = new Intl.NumberFormat(i18n.language);

  return (
    <main className={classes.screen}>
      <Group className={classes.head} gap="sm" wrap="wrap">
        <Title order={1}>{t('insight.title')}</Title>
        {data ? (
          <Text c="var(--quiet)" size="md" aria-live="polite">
            {t(`insight.${data.about ? 'totalAbout' : 'total'}.${data.since ? measure : 'all'}`, { count: data.total, number: figures.format(data.total), period: period === 'all' ? '' : t(`insight.in.${period}`) })}
          </Text>
        ) : (
          !found.isError && <Skeleton w={140} h={14} />
        )}
        <OtherForms asked={asked} here="insight" />
      </Group>
      <Narrowing asked={asked} onAsk={(next) => go({ ...search, q: undefined, where: undefined, any: undefined, ...next })} />
      <Group className={classes.choices} gap="sm">
        <SegmentedControl
          size="xs"
          aria-label={t('insight.period')}
          value={period}
          onChange={(value) => go({ ...search, period: value as Period })}
          data={PERIODS.map((value) => ({ value, label: t(`insight.periods.${value}`) }))}
        />
        {/* Of all of the time there is but everybody. */}
        {period !== 'all' && (
          <SegmentedControl
            size="xs"
            aria-label={t('insight.measure')}
            value={measure}
            onChange={(value) => go({ ...search, measure: value as Measure })}
            data={MEASURES.map((value) => ({ value, label: t(`insight.measures.${value}`) }))}
          />
        )}
      </Group>
      {found.isError ? (
        <Failure error={found.error} onAgain={() => void found.refetch()} />
      ) : isElsewhere && others.isPending ? null : isNobody ? (
        isQuiet ? <Quiet onAll={() => go({ ...search, period: 'all' })} /> : <Nobody onClear={isAsked ? () => go({ period, measure }) : undefined} />
      ) : (
        <div className={classes.body} data-stale={found.isPlaceholderData || undefined} aria-busy={!data}>
          {data ? <Over series={data.series} zone={data.zone} listOf={listOf} /> : <Skeleton h={220} />}
          <div className={classes.columns}>
            {data
              ? data.breakdowns.map((one) => <Breakdown key={one.field} breakdown={one} total={data.total} isAbout={data.about} listOf={ofPeriod} />)
              : Array.from({ length: 6 }, (_, index) => <Skeleton key={index} h={200} />)}
          </div>
          <Text size="xs" c="var(--quiet)" className={classes.caption}>
            {t('insight.caption')} {data && t('insight.zone', { zone: data.zone })} {data?.about && t('insight.sample')}
          </Text>
        </div>
      )}
    </main>
  );
}

function Quiet({ onAll }: { onAll: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={states.state}>
      <Title order={2}>{t('insight.nobody')}</Title>
      <Text c="var(--quiet)">
        {t('insight.nobodyText')}{' '}
        <button type="button" className={classes.link} onClick={onAll}>
          {t('insight.showAll')}
        </button>
      </Text>
    </div>
  );
}
