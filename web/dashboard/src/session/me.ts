/** Who is signed in here. */
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => body(api.GET('/api/me')),
  staleTime: 60_000,
  retry: false,
});
