/** A place in words, with how far off it may be: what a circle says to whom does not see it. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { countryName } from './countries';
import type { Cluster } from './found';

export interface Said {
  readonly number: (count: number, isAbout: boolean) => string;
  readonly place: (place: Pick<Cluster, 'country_code' | 'city' | 'region'>) => string;
  readonly cluster: (cluster: Cluster, isAbout: boolean) => string;
  readonly country: (code: string, count: number, isAbout: boolean) => string;
}

export function useSaid(): Said {
  const { t, i18n } = useTranslation();
  return useMemo(() => {
    const { language } = i18n;
    const figures = new Intl.NumberFormat(language);
    const number = (count: number, isAbout: boolean) => t(isAbout ? 'map.contactsAbout' : 'map.contacts', { count, number: figures.format(count) });
    const place = ({ country_code, city, region }: Pick<Cluster, 'country_code' | 'city' | 'region'>) =>
      [city ?? region, country_code && countryName(country_code, language)].filter(Boolean).join(', ');
    const cluster = (found: Cluster, isAbout: boolean) => {
      const where = found.city || found.region ? t('map.near', { place: place(found) }) : t('map.places', { count: found.places });
      const km = figures.format(Math.max(1, Math.round(found.radius_km)));
      const far = t(found.radius_known ? 'map.within' : 'map.assumed', { km });
      return `${number(found.count, isAbout)} ${where}. ${far}`;
    };
    const country = (code: string, count: number, isAbout: boolean) =>
      t('map.somewhere', { contacts: number(count, isAbout), country: countryName(code, language) });
    return { number, place, cluster, country };
  }, [t, i18n, i18n.language]);
}
