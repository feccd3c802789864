/** Where the contacts are that answer a question, for a part of the world. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, body } from '../api';
import type { Schemas } from '../../../client/src';
import type { Condition, searchBody } from '../contacts/asked';
import type { asking } from './view';

export type ContactMap = Schemas['ContactMap'];
export type Cluster = Schemas['Cluster'];

export function useMap(question: ReturnType<typeof searchBody>, part: ReturnType<typeof asking> | null) {
  return useQuery({
    queryKey: ['map', question, part],
    enabled: part !== null,
    queryFn: ({ signal }) => body(api.POST('/api/contacts/map', { body: { ...question, ...part } as never, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

/** The conditions that make a list of the contacts of one cluster. */
export function ofCluster(cluster: Cluster): Condition[] {
  const { country_code, city, region, box } = cluster;
  if (city || region) return ofPlace({ country_code, city, region });
  return [
    { field: 'latitude', op: 'between', value: `${box.south},${box.north}` },
    { field: 'longitude', op: 'between', value: `${box.west},${box.east}` },
  ];
}

export function ofPlace({ country_code, city, region }: Pick<Cluster, 'country_code' | 'city' | 'region'>): Condition[] {
  const country: Condition[] = country_code ? [{ field: 'country_code', op: 'eq', value: country_code }] : [];
  if (city) return [...country, { field: 'city', op: 'eq', value: city }];
  const nowhere: Condition = { field: 'city', op: 'exists', value: 'false' };
  if (region) return [...country, { field: 'region', op: 'eq', value: region }, nowhere];
  return [...country, nowhere, { field: 'region', op: 'exists', value: 'false' }];
}

export const OF_NOWHERE: Condition[] = [{ field: 'country_code', op: 'exists', value: 'false' }];
