/** The attributes that the operator declared: their names and types. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, body } from '../api';
import type { Shape } from './editable';

export interface Declared {
  readonly name: string;
  readonly shape: Shape;
}

const PREFIX = 'attribute.';
const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async () => (await body(api.GET('/api/settings'))) as Record<string, unknown>,
});

export function useDeclared(): readonly Declared[] {
  const { data } = useQuery(settingsQuery);
  return Object.entries(data ?? {})
    .filter(([key, value]) => key.startsWith(PREFIX) && value !== null)
    .map(([key, value]) => ({ name: key.slice(PREFIX.length), shape: (value as { type: Shape }).type }));
}
