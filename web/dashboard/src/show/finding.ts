/** Finds contacts by name, address or id: what is typed is asked of the server. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, body, type Contact, Problem } from '../api';

/** Letters before anything is asked. */
export const LEAST = 2;
const SHOWN = 7;
const FRESH_MS = 30_000;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const findContacts = (words: string) =>
  queryOptions({
    queryKey: ['finding', words],
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
    queryFn: async (): Promise<Contact[]> => {
      const [byId, byWords] = await Promise.all([
        ID.test(words) ? withId(words) : [],
        body(api.POST('/api/contacts/search', { body: { q: words, limit: SHOWN } as never })),
      ]);
      return [...byId, ...byWords.items];
    },
  });

/** The contact with this id, or the one seen on the device of this id. */
async function withId(id: string): Promise<Contact[]> {
  const seenOn = body(api.POST('/api/contacts/search', { body: { anonymous_id: id, limit: SHOWN } as never }));
  try {
    return [await body(api.GET('/api/contacts/{contact_id}', { params: { path: { contact_id: id.toLowerCase() } } }))];
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return (await seenOn).items;
    throw error;
  }
}
