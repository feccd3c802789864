/** What this person began and is still under way is shown again after the page was loaded anew. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, body } from '../api';
import { showProgress } from './showing';

export function useUnderWay(): void {
  const { data } = useQuery({ queryKey: ['bulks'], queryFn: () => body(api.GET('/api/bulk')), staleTime: Infinity });
  useEffect(() => {
    for (const { id, mine, status } of data?.items ?? []) {
      if (mine && (status === 'waiting' || status === 'running')) showProgress(id);
    }
  }, [data]);
}
