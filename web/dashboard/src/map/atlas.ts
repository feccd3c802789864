/** The shapes of the countries as the map draws them: coarse ones at first, finer ones when somebody
 * looks closer. */
import { geoBounds, geoPath } from 'd3-geo';
import { queryOptions } from '@tanstack/react-query';
import { queries } from '../api';
import { type Detail, type Outlines, outlinesQuery } from '../show/atlas';
import { type Box, projection } from './view';

export interface Shape {
  /** The ISO number of the country; its name where it has none. */
  readonly id: string;
  readonly path: string;
  readonly bounds: Box;
}

export interface Drawing {
  readonly shapes: readonly Shape[];
  readonly borders: string;
}

const path = geoPath(projection);

export const drawing = (detail: Detail) =>
  queryOptions({
    queryKey: ['atlas', detail],
    queryFn: async (): Promise<Drawing> => {
      const { countries, borders } = await queries.ensureQueryData(outlinesQuery(detail));
      return { shapes: countries.map(shapeOf), borders: path(borders) ?? '' };
    },
    staleTime: Infinity,
    gcTime: Infinity,
  });

function shapeOf(shape: Outlines['countries'][number]): Shape {
  const [[west, south], [east, north]] = geoBounds(shape);
  return {
    id: shape.id === undefined ? shape.properties.name : String(shape.id),
    path: path(shape) ?? '',
    // A shape over the 180th meridian has its west in the east.
    bounds: west > east ? { west: -180, south, east: 180, north } : { west, south, east, north },
  };
}

export function isIn(shape: Shape, box: Box | undefined): boolean {
  if (!box) return true;
  const { bounds } = shape;
  return bounds.west <= box.east && bounds.east >= box.west && bounds.south <= box.north && bounds.north >= box.south;
}
