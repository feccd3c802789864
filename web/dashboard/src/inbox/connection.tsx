/** Says that the inbox is not live, while it is not: what is shown may be older than it looks. */
import { useNetwork } from '@mantine/hooks';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useInboxLine } from './line';
import classes from './screen.module.css';

/** A line that comes back by then needs no words. */
const PATIENCE_MS = 4_000;

export function Connection() {
  const { t } = useTranslation();
  const { online } = useNetwork();
  const { state } = useInboxLine();
  const [isLong, wait] = useState(false);
  const isLost = state !== 'live';
  useEffect(() => {
    if (!isLost) return wait(false);
    const timer = setTimeout(() => wait(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isLost]);
  const isSaid = !online || (isLost && isLong);
  return (
    <p className={classes.connection} role="status">
      {isSaid && (
        <>
          <IconPlugConnectedX size={14} aria-hidden />
          <span>{t(online ? 'inbox.notLive' : 'inbox.offline')}</span>
        </>
      )}
    </p>
  );
}
