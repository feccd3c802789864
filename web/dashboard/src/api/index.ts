/** The connection to the server, and the questions that several screens ask. */
import { QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { connect, type Contact, type Field, Problem } from '../../../client/src';
import { said } from '../refusals/said';
import { text } from '../text';
import { fetchOrTake } from './early';

export { Problem };
export type { Contact, Field };
/** The server could not be reached. What a browser says of that is no sentence for people. */
export class Unreachable extends TypeError {}
const send = async (request: Request): Promise<Response> => {
  try {
    return await fetchOrTake(request);
  } catch (error) {
    throw error instanceof TypeError ? new Unreachable(text.t('failure.networkText'), { cause: error }) : error;
  }
};
export const api = connect('', send, said);

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays one; only what may pass is asked again.
      retry: (times, error) => times < 2 && !(error instanceof Problem && error.status < 500),
      // Offline as well: what cannot be had is said, and asked for again when the network is back.
      networkMode: 'always',
      refetchOnReconnect: true,
    },
    // Nothing is kept back to be done later, when nobody thinks of it any more.
    mutations: { networkMode: 'always' },
  },
});

/** The answer's body; a refusal has been thrown before. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

export const fieldsQuery = queryOptions({
  queryKey: ['fields'],
  queryFn: () => body(api.GET('/api/fields', { params: { query: { language: text.language } } })),
  staleTime: Infinity,
});
// The old words stay until those of the other language are here.
text.on('languageChanged', () => void queries.invalidateQueries({ queryKey: fieldsQuery.queryKey }));

/** The catalogue, in its order. */
export const useFields = (): readonly Field[] => useQuery(fieldsQuery).data ?? [];

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ['contact', id],
    queryFn: () => body(api.GET('/api/contacts/{contact_id}', { params: { path: { contact_id: id } } })),
  });

export const mergesQuery = (id: string) =>
  queryOptions({
    queryKey: ['merges', id],
    queryFn: () =>
      body(api.GET('/api/contacts/{contact_id}/merges', { params: { path: { contact_id: id } } })),
  });
