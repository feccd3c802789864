/** The saved views, as the list needs them: those one has, and those that the team shares. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, body } from '../api';
import type { View, Views } from './view';

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: async (): Promise<Views> => {
    // What reads them is not part of the first screen.
    const [{ readViews }, found] = await Promise.all([import('./reading'), body(api.GET('/api/views'))]);
    return readViews(found);
  },
  staleTime: 30_000,
});

/** The view that an address names: undefined while nobody knows, null where there is none. */
export function useView(id: string | undefined): View | null | undefined {
  const { data, isError } = useQuery({ ...viewsQuery, enabled: id !== undefined });
  if (id === undefined || isError) return null;
  return data && (data.items.find((one) => one.id === id) ?? null);
}
