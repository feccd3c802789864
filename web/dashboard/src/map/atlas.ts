/** The shapes of the countries: coarse ones at first, finer ones when somebody looks closer. */
import { geoBounds, geoPath } from 'd3-geo';
import { queryOptions } from '@tanstack/react-query';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { type Box, projection } from './view';

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }> }>;

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

const loads = {
  coarse: () => import('world-atlas/countries-110m.json'),
  fine: () => import('world-atlas/countries-50m.json'),
};

export const drawing = (detail: keyof typeof loads) =>
  queryOptions({
    queryKey: ['atlas', detail],
    queryFn: async () => drawn((await loads[detail]()).default as unknown as Atlas),
    staleTime: Infinity,
    gcTime: Infinity,
  });

const path = geoPath(projection);

function drawn(atlas: Atlas): Drawing {
  const { countries } = atlas.objects;
  return {
    shapes: feature(atlas, countries).features.map((shape) => {
      const [[west, south], [east, north]] = geoBounds(shape);
      return {
        id: shape.id === undefined ? shape.properties.name : String(shape.id),
        path: path(shape) ?? '',
        // A shape over the 180th meridian has its west in the east.
        bounds: west > east ? { west: -180, south, east: 180, north } : { west, south, east, north },
      };
    }),
    borders: path(mesh(atlas, countries, (a, b) => a !== b)) ?? '',
  };
}

export function isIn(shape: Shape, box: Box | undefined): boolean {
  if (!box) return true;
  const { bounds } = shape;
  return bounds.west <= box.east && bounds.east >= box.west && bounds.south <= box.north && bounds.north >= box.south;
}
