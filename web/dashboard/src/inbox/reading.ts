/** The questions of the inbox, as its parts ask them. */
import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, body } from '../api';
import { TEAM } from '../team/roles';
import type { Asked } from './calls';
import * as calls from './calls';
import { COUNTS, INBOX, known, oneKey } from './line';
import { rowsOf } from './rows';
import type { Person } from './types';

export const listKey = (asked: Asked) => [INBOX, 'list', asked];

export function useList(asked: Asked) {
  const pages = useInfiniteQuery({
    queryKey: listKey(asked),
    queryFn: ({ pageParam, signal }) => calls.list(asked, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
    // The socket keeps the rows true where they stand: a list asked anew would jump.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const rows = useMemo(() => rowsOf(pages.data), [pages.data]);
  return { ...pages, rows };
}

export const countsQuery = queryOptions({ queryKey: COUNTS, queryFn: calls.counts, staleTime: 30_000 });

export const useConversation = (id: string) =>
  useQuery({ queryKey: oneKey(id), queryFn: () => calls.one(id), placeholderData: () => known(id) });

export const cannedQuery = queryOptions({ queryKey: ['canned'], queryFn: calls.canned, staleTime: 60_000 });

const teamQuery = queryOptions({ queryKey: TEAM, queryFn: () => body(api.GET('/api/team')), staleTime: 60_000 });
/** Who can be given a conversation, or be called in a note. */
export function useTeam(): readonly Person[] {
  const { data } = useQuery(teamQuery);
  return useMemo(() => data?.members.filter((one) => one.role !== 'viewer').map(({ id, name }) => ({ id, name })) ?? [], [data]);
}
