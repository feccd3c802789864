/** Contacts over time: a bar for those who were new, a line for those last seen. Each part is a link. */
import { Button, Group, Title } from '@mantine/core';
import { useDisclosure, useElementSize } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import type { Asked, Condition } from '../contacts/asked';
import { type Measure, momentField, when } from './asked';
import classes from './insight.module.css';
import { marks } from './scale';

type Series = Schemas['Series'];
type Bucket = Schemas['Bucket'];

const HEIGHT = 200;
const BELOW = 22;
const BESIDE = 44;

export function Over({ series, zone, listOf }: { series: Series; zone: string; listOf: (conditions: readonly Condition[]) => Asked }) {
  const { t } = useTranslation();
  const [isTable, table] = useDisclosure(false);
  const ofBucket = (bucket: Bucket, measure: Measure): Asked =>
    listOf([{ field: momentField(measure), op: 'between', value: `${when(bucket.begins_at)},${when(bucket.ends_at - 1)}` }]);
  return (
    <section aria-labelledby="over">
      <Group justify="space-between" mb={4}>
        <Title order={2} id="over">
          {t(`insight.over.${series.unit}`)}
        </Title>
        <Group gap="md" className={classes.legend}>
          <span data-series="new">{t('insight.new')}</span>
          <span data-series="seen">{t('insight.seen')}</span>
          <Button variant="subtle" color="gray" onClick={table.toggle} aria-expanded={isTable}>
            {t(isTable ? 'insight.asChart' : 'insight.asTable')}
          </Button>
        </Group>
      </Group>
      {isTable ? <Table series={series} zone={zone} ofBucket={ofBucket} /> : <Chart series={series} zone={zone} ofBucket={ofBucket} />}
    </section>
  );
}

interface Props {
  readonly series: Series;
  readonly zone: string;
  readonly ofBucket: (bucket: Bucket, measure: Measure) => Asked;
}

/** What a day is called in a zone; in UTC where the browser does not know the zone. */
function dayIn(zone: string, at: number, language: string, options: Intl.DateTimeFormatOptions): string {
  const day = new Date(at * 1000);
  try {
    return day.toLocaleDateString(language, { ...options, timeZone: zone });
  } catch {
    return day.toLocaleDateString(language, { ...options, timeZone: 'UTC' });
  }
}

function useNames(series: Series, zone: string) {
  const { t, i18n } = useTranslation();
  const figures = new Intl.NumberFormat(i18n.language);
  const about = series.about ? t('insight.about') + ' ' : '';
  const options: Record<Series['unit'], Intl.DateTimeFormatOptions> = {
    day: { weekday: 'short', day: 'numeric', month: 'short' },
    week: { day: 'numeric', month: 'short', year: 'numeric' },
    month: { month: 'long', year: 'numeric' },
  };
  const name = (bucket: Bucket) => {
    const text = dayIn(zone, bucket.begins_at, i18n.language, options[series.unit]);
    return series.unit === 'week' ? t('insight.weekOf', { day: text }) : text;
  };
  const short = (bucket: Bucket) =>
    dayIn(zone, bucket.begins_at, i18n.language, series.unit === 'month' ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' });
  const compact = new Intl.NumberFormat(i18n.language, { notation: 'compact' });
  return { name, short, number: (count: number) => about + figures.format(count), compact };
}

function Chart({ series, zone, ofBucket }: Props) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize();
  const { buckets } = series;
  const { name, short, number, compact } = useNames(series, zone);
  const [at, setAt] = useState<number | null>(null);
  const bars = useRef<(SVGAElement | null)[]>([]);
  // One stop for Tab, arrows from bar to bar: it begins at the latest.
  const [stop, setStop] = useState(buckets.length - 1);
  const stopped = Math.min(stop, buckets.length - 1);
  const axis = marks(Math.max(1, ...buckets.map((one) => Math.max(one.new, one.seen))));
  const top = axis.at(-1) ?? 1;
  const room = Math.max(0, width - BESIDE);
  const step = room / buckets.length;
  const x = (index: number) => BESIDE + index * step;
  const y = (count: number) => HEIGHT - (count / top) * (HEIGHT - 8);
  const line = buckets.map((one, index) => `${index ? 'L' : 'M'}${(x(index) + step / 2).toFixed(1)},${y(one.seen).toFixed(1)}`).join('');
  const each = Math.max(1, Math.ceil(64 / Math.max(1, step)));
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: stopped - 1, ArrowRight: stopped + 1, Home: 0, End: buckets.length - 1 }[event.key];
    if (to === undefined || !buckets[to]) return;
    event.preventDefault();
    setStop(to);
    bars.current[to]?.focus();
  };
  const shown = at === null ? undefined : buckets[at];
  return (
    <div ref={ref} className={classes.chart}>
      {width > 0 && (
        <svg width={width} height={HEIGHT + BELOW} role="group" aria-label={t('insight.chart')} onKeyDown={onKeyDown}>
          {axis.map((count) => (
            <g key={count} aria-hidden>
              <line x1={BESIDE} x2={width} y1={y(count)} y2={y(count)} className={classes.rule} />
              <text x={BESIDE - 8} y={y(count)} className={classes.tick} data-side="left">
                {compact.format(count)}
              </text>
            </g>
          ))}
          {buckets.map((bucket, index) => (
            <Link
              key={bucket.begins_at}
              ref={((element: SVGAElement | null) => {
                bars.current[index] = element;
              }) as never}
              to="/contacts"
              search={ofBucket(bucket, 'new') as never}
              className={classes.part}
              tabIndex={index === stopped ? 0 : -1}
              aria-label={t('insight.part', { when: name(bucket), new: number(bucket.new), seen: number(bucket.seen) })}
              onFocus={() => setAt(index)}
              onBlur={() => setAt(null)}
              onPointerEnter={() => setAt(index)}
              onPointerLeave={() => setAt(null)}
            >
              <rect x={x(index)} y={0} width={step} height={HEIGHT} className={classes.column} />
              <rect x={x(index) + step * 0.15} y={y(bucket.new)} width={step * 0.7} height={HEIGHT - y(bucket.new)} className={classes.bar} rx={Math.min(2, step / 6)} />
            </Link>
          ))}
          <path d={line} className={classes.line} aria-hidden />
          {buckets.map((bucket, index) =>
            index % each === 0 ? (
              <text key={bucket.begins_at} x={Math.min(x(index) + step / 2, width - 22)} y={HEIGHT + 15} className={classes.tick} aria-hidden>
                {short(bucket)}
              </text>
            ) : null,
          )}
          {at !== null && shown && <circle cx={x(at) + step / 2} cy={y(shown.seen)} r={3.5} className={classes.point} aria-hidden />}
        </svg>
      )}
      {at !== null && shown && (
        <div className={classes.said} style={{ insetInlineStart: Math.min(Math.max(x(at) + step / 2, 100), Math.max(100, width - 100)) }} aria-hidden>
          <b>{name(shown)}</b>
          <br />
          {t('insight.saidNew', { number: number(shown.new) })}
          <br />
          {t('insight.saidSeen', { number: number(shown.seen) })}
        </div>
      )}
    </div>
  );
}

function Table({ series, zone, ofBucket }: Props) {
  const { t } = useTranslation();
  const { name, number } = useNames(series, zone);
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-labelledby="over">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t(`insight.unit.${series.unit}`)}</th>
            <th scope="col">{t('insight.new')}</th>
            <th scope="col">{t('insight.seen')}</th>
          </tr>
        </thead>
        <tbody>
          {series.buckets.toReversed().map((bucket) => (
            <tr key={bucket.begins_at}>
              <th scope="row">{name(bucket)}</th>
              {(['new', 'seen'] as const).map((measure) => (
                <td key={measure}>
                  <Link to="/contacts" search={ofBucket(bucket, measure) as never} aria-label={t(`insight.link.${measure}`, { number: number(bucket[measure]), when: name(bucket) })}>
                    {number(bucket[measure])}
                  </Link>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
