/** The contacts that answer a question, page by page, and how many there are. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, body, type Contact, useFields } from '../api';
import { type Asked, searchBody } from './asked';

const PAGE = 100;
const WAITING_MS = 3_000;

export function useFound(asked: Asked) {
  const fields = useFields();
  const types = useMemo(() => new Map(fields.map((field) => [field.id, field.type])), [fields]);
  const question = searchBody(asked, types);
  const ready = fields.length > 0 || !asked.where;
  const pages = useInfiniteQuery({
    queryKey: ['contacts', question],
    enabled: ready,
    queryFn: ({ pageParam }) =>
      body(api.POST('/api/contacts/search', { body: { ...question, limit: PAGE, cursor: pageParam } as never })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    // Whoever waits for the first page view sees it arrive.
    refetchInterval: ({ state }) => (state.data?.pages[0]?.items.length === 0 ? WAITING_MS : false),
  });
  const rows = useMemo<Contact[]>(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  return { ...pages, rows, question };
}

export function useCount(question: ReturnType<typeof searchBody>) {
  return useQuery({
    queryKey: ['count', question],
    queryFn: () =>
      body(
        api.GET('/api/contacts/count', {
          params: {
            query: {
              ...(question.q ? { q: question.q } : {}),
              ...(question.filter ? { filter: [JSON.stringify(question.filter)] } : {}),
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}
