/** The contacts that answer a question, page by page, and how many there are. */
import { infiniteQueryOptions, keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, body, type Contact, useFields } from '../api';
import { type Asked, searchBody } from './asked';

/** More than a screen has, and no more than that, so that they are there soon. The server puts as many into the page. */
const FIRST = 70;
const PAGE = 100;
const WAITING_MS = 3_000;

/** What a question finds, page by page. */
export const foundQuery = (question: Question) =>
  infiniteQueryOptions({
    queryKey: ['contacts', question],
    queryFn: ({ pageParam }) =>
      body(api.POST('/api/contacts/search', { body: { ...question, limit: pageParam === null ? FIRST : PAGE, cursor: pageParam } as never })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

/** `isWaiting`: the question is not known yet. */
export function useFound(asked: Asked, isWaiting = false) {
  const fields = useFields();
  const types = useMemo(() => new Map(fields.map((field) => [field.id, field.type])), [fields]);
  const question = useMemo(() => searchBody(asked, types), [asked, types]);
  const ready = !isWaiting && (fields.length > 0 || !asked.where);
  const pages = useInfiniteQuery({
    ...foundQuery(question),
    enabled: ready,
    placeholderData: keepPreviousData,
    // What is live keeps the rows true where they stand: a list asked anew would jump.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    // Whoever waits for the first page view sees it arrive.
    refetchInterval: ({ state }) => (state.data?.pages[0]?.items.length === 0 ? WAITING_MS : false),
  });
  const rows = useMemo<Contact[]>(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  return { ...pages, rows, question };
}

export type Question = ReturnType<typeof searchBody>;

export const useCount = (question: Question, isWaiting = false) => useQuery({ ...countQuery(question), enabled: !isWaiting, placeholderData: keepPreviousData });

export const countQuery = (question: Question) =>
  queryOptions({
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
  });
