/** The words of the workspace by which contacts and conversations are sorted. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/src';
import { api, body } from '../api';

export type Tag = Schemas['Tag'];
export type Colour = Tag['colour'];
export const COLOURS: readonly Colour[] = ['grey', 'red', 'orange', 'green', 'teal', 'blue', 'violet', 'pink'];

export const tagsQuery = queryOptions({
  queryKey: ['tags'],
  queryFn: () => body(api.GET('/api/tags')),
  staleTime: 30_000,
});

/** All tags, by name; undefined while nobody knows. */
export const useTags = (): readonly Tag[] | undefined => useQuery(tagsQuery).data?.items;
