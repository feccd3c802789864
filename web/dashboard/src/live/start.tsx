/** Opens the line once the first screen is there, and keeps it while somebody is signed in. */
import { useIsFetching, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { meQuery } from '../session/me';
import { begin } from './line';

/** So long after the last question began, the line is opened even if there is no answer yet. */
const LATEST_MS = 3_000;

export function Live() {
  const workspace = useQuery(meQuery).data?.workspace;
  const isBusy = useIsFetching() > 0;
  const [isReady, ready] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => ready(true), isBusy ? LATEST_MS : 0);
    return () => clearTimeout(timer);
  }, [isBusy]);
  useEffect(() => (isReady && workspace ? begin() : undefined), [isReady, workspace]);
  return null;
}
