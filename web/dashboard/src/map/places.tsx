/** The map in words: the same places as a table, the most frequent first. */
import { Skeleton, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Asked, Condition } from '../contacts/asked';
import { countryName } from './countries';
import { type ContactMap, OF_NOWHERE, ofPlace } from './found';
import classes from './map.module.css';

interface Props {
  readonly found: ContactMap | undefined;
  readonly isPart: boolean;
  readonly listOf: (conditions: Condition[]) => Asked;
}

export function Places({ found, isPart, listOf }: Props) {
  const { t, i18n } = useTranslation();
  const figures = new Intl.NumberFormat(i18n.language);
  const named = (code: string | null) => (code ? countryName(code, i18n.language) : t('map.unknownCountry'));
  return (
    <section className={classes.places} aria-labelledby="places">
      <Title order={2} id="places" tabIndex={-1}>
        {t(isPart ? 'map.inView' : 'map.everywhere')}
      </Title>
      {!found ? (
        Array.from({ length: 8 }, (_, index) => <Skeleton key={index} h={14} mt={12} w={`${60 + ((index * 17) % 40)}%`} />)
      ) : (
        <>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t('map.place')}</th>
                <th scope="col">{t(found.about ? 'map.countAbout' : 'map.count')}</th>
              </tr>
            </thead>
            <tbody>
              {found.places.map((place) => (
                <tr key={`${place.country_code} ${place.region} ${place.city}`}>
                  <th scope="row">
                    <Link to="/contacts" search={listOf(ofPlace(place)) as never}>
                      {t('map.near', { place: place.city ?? place.region })}
                    </Link>
                    <span>{named(place.country_code)}</span>
                  </th>
                  <td>{figures.format(place.count)}</td>
                </tr>
              ))}
              {found.countries.map(({ country_code, count }) => (
                <tr key={country_code}>
                  <th scope="row">
                    <Link to="/contacts" search={listOf(ofPlace({ country_code, city: null, region: null })) as never}>
                      {named(country_code)}
                    </Link>
                    <span>{t('map.countryOnly')}</span>
                  </th>
                  <td>{figures.format(count)}</td>
                </tr>
              ))}
              {found.unknown > 0 && (
                <tr>
                  <th scope="row">
                    <Link to="/contacts" search={listOf(OF_NOWHERE) as never}>
                      {t('map.unknown')}
                    </Link>
                    <span>{t('map.unknownWhy')}</span>
                  </th>
                  <td>{figures.format(found.unknown)}</td>
                </tr>
              )}
            </tbody>
          </table>
          {found.more_places > 0 && (
            <Text size="sm" c="var(--quiet)" mt="sm">
              {t('map.more', { count: found.more_places, number: figures.format(found.more_places) })}
            </Text>
          )}
        </>
      )}
    </section>
  );
}
