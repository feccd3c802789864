/** The outlines of the world, read once for every map: coarse ones, or finer ones for a closer look.
 *
 * They are Natural Earth's at 1:110 and 1:50 million, which show borders as they are held de facto.
 */
import { queryOptions } from '@tanstack/react-query';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }>; land: GeometryCollection }>;
export type Detail = keyof typeof loads;

const loads = {
  coarse: () => import('world-atlas/countries-110m.json'),
  fine: () => import('world-atlas/countries-50m.json'),
};

async function outlines(detail: Detail) {
  const atlas = (await loads[detail]()).default as unknown as Atlas;
  const { countries, land } = atlas.objects;
  return {
    countries: feature(atlas, countries).features,
    land: feature(atlas, land),
    /** The lines between countries; coasts are those of the land. */
    borders: mesh(atlas, countries, (one, other) => one !== other),
  };
}

export type Outlines = Awaited<ReturnType<typeof outlines>>;

export const outlinesQuery = (detail: Detail) => queryOptions({ queryKey: ['outlines', detail], queryFn: () => outlines(detail), staleTime: Infinity, gcTime: Infinity });
