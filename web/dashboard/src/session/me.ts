/** Who is signed in here. */
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api';

/** A path of our own, and nothing else: an address from outside would send people elsewhere after signing in. */
export const ownPath = (text: unknown): string | undefined => (typeof text === 'string' && /^\/(?![/\\])/.test(text) ? text : undefined);

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => body(api.GET('/api/me')),
  staleTime: 60_000,
  retry: false,
});
