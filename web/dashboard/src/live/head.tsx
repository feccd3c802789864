/** How many are online, and whether the list is live. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Brief } from '../show/brief';
import classes from './head.module.css';
import { useLine } from './line';

export function OnlineNow() {
  const { t, i18n } = useTranslation();
  const { state, online, moreOnline } = useLine();
  if (state === 'off' || (state === 'live' && online === null)) return null;
  const number = online?.toLocaleString(i18n.language);
  const words = state === 'waiting' ? 'live.waiting' : moreOnline ? 'live.onlineMore' : 'live.online';
  return (
    <Text c="var(--quiet)" size="md" className={classes.now} data-state={state}>
      {words === 'live.online' ? t(words, { number, count: online ?? 0 }) : <Brief full={t(words, { number })} brief={t(`${words}Brief`, { number })} />}
    </Text>
  );
}
