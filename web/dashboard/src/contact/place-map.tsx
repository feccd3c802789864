/** A map of the place, still and small, drawn from local data: a circle as wide as the doubt. */
import { geoAzimuthalEqualArea, geoCircle, geoGraticule10, geoPath } from 'd3-geo';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { outlinesQuery } from '../show/atlas';
import { place } from '../show/place';
import classes from './place-map.module.css';

const WIDTH = 340;
const HEIGHT = 200;
const EARTH_KM = 6371;
const KM_PER_DEGREE = (Math.PI * EARTH_KM) / 180;
/** Where the data gives no radius, the place is a city's: a guess, and drawn as one. */
const CITY_KM = 50;
/** Half the map's height: wide enough to recognise a coast at this scale. */
const LEAST_KM = 550;
const AROUND = 2.5;
/** A circle that would be too small to see is drawn this wide, in pixels. */
const LEAST_PX = 4;

export function PlaceMap({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const { latitude, longitude, accuracy_km: accuracy } = contact;
  const { land, borders } = useSuspenseQuery(outlinesQuery('coarse')).data;
  const drawn = useMemo(() => {
    if (latitude === null || longitude === null) return null;
    const km = accuracy ?? CITY_KM;
    const halfKm = Math.max(LEAST_KM, km * AROUND);
    // In this projection a radius on the ground is 2 sin(angle / 2) on the paper.
    const scale = HEIGHT / 2 / (2 * Math.sin(Math.min(halfKm / EARTH_KM, Math.PI / 2) / 2));
    const projection = geoAzimuthalEqualArea()
      .rotate([-longitude, -latitude])
      .translate([WIDTH / 2, HEIGHT / 2])
      .scale(scale)
      .clipExtent([[0, 0], [WIDTH, HEIGHT]]);
    const path = geoPath(projection).digits(1);
    const circle = geoCircle().center([longitude, latitude]).radius(km / KM_PER_DEGREE)();
    return {
      graticule: path(geoGraticule10()) ?? '',
      land: path(land) ?? '',
      borders: path(borders) ?? '',
      circle: path(circle) ?? '',
      isTiny: (km / EARTH_KM) * scale < LEAST_PX,
      isGuess: accuracy === null,
    };
  }, [latitude, longitude, accuracy, land, borders]);
  if (!drawn) return null;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={classes.map} role="img" aria-label={t('place.map', { place: place(contact) })}>
      <path d={drawn.graticule} className={classes.graticule} />
      <path d={drawn.land} className={classes.land} />
      <path d={drawn.borders} className={classes.borders} />
      {drawn.isTiny ? <circle cx={WIDTH / 2} cy={HEIGHT / 2} r={LEAST_PX} className={classes.circle} /> : <path d={drawn.circle} className={classes.circle} data-guess={drawn.isGuess || undefined} />}
    </svg>
  );
}
