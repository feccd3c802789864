/** The inbox in the side bar, once it is loaded: how much is unread, and its views while it is in front. */
import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { idle } from '../idle';
import { meQuery } from '../session/me';
import { begin } from './line';
import { begin as beginLooking } from './looking';
import { begin as beginNotifying, callsOn } from './notifying';
import classes from './place.module.css';
import { countsQuery } from './reading';
import { begin as beginPeople } from './people';
import type { View } from './types';
import { ViewLinks } from './views';

export function InboxCount() {
  const { t, i18n } = useTranslation();
  const count = callsOn(useQuery(countsQuery).data);
  if (!count) return null;
  const words = t('inbox.unreadCount', { count });
  return (
    <span className={classes.count} title={words}>
      <span aria-hidden>{count.toLocaleString(i18n.language)}</span>
      <span className={classes.said}>{words}</span>
    </span>
  );
}

export function InboxViews({ onGo }: { onGo: () => void }) {
  const { pathname, search } = useLocation();
  if (!/^\/inbox(\/|$)/.test(pathname)) return null;
  return <ViewLinks at={(search as { view?: View }).view ?? 'open'} onGo={onGo} />;
}

/** Keeps the line open while somebody is signed in. */
export function InboxLine() {
  const me = useQuery(meQuery).data;
  const navigate = useNavigate();
  const person = me?.person.id;
  useEffect(() => (me?.workspace ? begin() : undefined), [me?.workspace]);
  useEffect(beginPeople, []);
  // Whoever goes there has it at once.
  useEffect(() => void idle().then(() => import('./screen')), []);
  useEffect(beginLooking, []);
  useEffect(() => (person ? beginNotifying(person, (id, view) => void navigate(id ? { to: '/inbox/$id', params: { id }, search: {} } : { to: '/inbox', search: { view } })) : undefined), [person, navigate]);
  return null;
}
