/** What the contacts have in common, field by field: a table whose lengths are drawn behind its words. */
import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import type { Asked, Condition } from '../contacts/asked';
import { countryName } from '../map/countries';
import classes from './insight.module.css';

interface Props {
  readonly breakdown: Schemas['Breakdown'];
  readonly total: number;
  readonly isAbout: boolean;
  readonly listOf: (conditions: readonly Condition[]) => Asked;
}

/** A platform is none of the fields: what a list is asked for instead. */
const PLATFORMS: Record<string, Condition[]> = {
  web: [{ field: 'web_sessions', op: 'gte', value: '1' }],
  android: [{ field: 'android_last_seen_at', op: 'exists', value: 'true' }],
  ios: [{ field: 'ios_last_seen_at', op: 'exists', value: 'true' }],
};
const NO_PLATFORM: Condition[] = [
  { field: 'web_sessions', op: 'lte', value: '0' },
  { field: 'android_last_seen_at', op: 'exists', value: 'false' },
  { field: 'ios_last_seen_at', op: 'exists', value: 'false' },
];

export function Breakdown({ breakdown, total, isAbout, listOf }: Props) {
  const { t, i18n } = useTranslation();
  const { field, values, others, unknown } = breakdown;
  const id = `by-${field.replace('.', '-')}`;
  const isPlatform = field === 'platform';
  const named = (value: string) =>
    isPlatform ? t(`insight.platform.${value}`) : field === 'country_code' ? countryName(value, i18n.language) : value;
  const most = Math.max(1, unknown, others, ...values.map((one) => one.count));
  const lines = [
    ...values.map(({ value, count }) => ({ key: `=${value}`, name: named(value), count, search: isPlatform ? PLATFORMS[value] : [{ field, op: 'eq', value }] })),
    ...(others ? [{ key: 'others', name: t('insight.others'), count: others, search: undefined }] : []),
    ...(unknown ? [{ key: 'unknown', name: t(isPlatform ? 'insight.noPlatform' : 'insight.unknown'), count: unknown, search: isPlatform ? NO_PLATFORM : [{ field, op: 'exists', value: 'false' }] }] : []),
  ];
  const figures = new Intl.NumberFormat(i18n.language);
  const share = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 });
  return (
    <section aria-labelledby={id}>
      <Title order={2} id={id} mb={6}>
        {t(`insight.by.${field.replace('.', '_')}`)}
      </Title>
      <table className={classes.bars}>
        <thead>
          <tr>
            <th scope="col">{t('insight.value')}</th>
            <th scope="col">{t(isAbout ? 'insight.countAbout' : 'insight.count')}</th>
            <th scope="col">{t('insight.share')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ key, name, count, search }) => (
            <tr key={key} data-quiet={key === 'others' || key === 'unknown' || undefined}>
              <th scope="row">
                <span className={classes.length} style={{ inlineSize: `${(count / most) * 100}%` }} aria-hidden />
                {search ? (
                  <Link to="/contacts" search={listOf(search) as never} title={name}>
                    {name}
                  </Link>
                ) : (
                  <span>{name}</span>
                )}
              </th>
              <td>{figures.format(count)}</td>
              <td>{total ? (count > 0 && count / total < 0.005 ? `<${share.format(0.01)}` : share.format(count / total)) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {values.length === 0 && (
        <Text size="sm" c="var(--quiet)" mt={4}>
          {t(field === 'utms.campaign' ? 'insight.noCampaign' : 'insight.none')}{' '}
          {field === 'utms.campaign' && (
            <Link to="/settings/collection" className={classes.link}>
              {t('insight.toCollection')}
            </Link>
          )}
        </Text>
      )}
    </section>
  );
}
