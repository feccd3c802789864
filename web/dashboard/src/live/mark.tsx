/** Beside a contact's name: whether it is here now, or why its row is not part of the list any more. */
import { Badge } from '@mantine/core';
import type { Contact } from '../api';
import { useNow } from '../show/time';
import { useTongue } from '../show/tongue';
import classes from './mark.module.css';
import type { Row } from './rows';

const ONLINE_SECONDS = 300;

export function LiveMark({ contact }: { contact: Contact }) {
  const { word } = useTongue();
  const now = useNow();
  const { left } = contact as Row;
  if (left) return <Badge data-left className={classes.left}>{word(`live.left.${left}`)}</Badge>;
  if (contact.last_seen_at === null || now - contact.last_seen_at >= ONLINE_SECONDS) return null;
  const words = word('live.here') ?? '';
  return <span role="img" aria-label={words} title={words} className={classes.here} />;
}
