/** Visitor, lead or user: said in one word, and only where it is more than a visitor. */
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import classes from './kind.module.css';

export function KindMark({ kind, always = false }: { kind: Contact['kind']; always?: boolean }) {
  const { t } = useTranslation();
  if (kind === 'visitor' && !always) return null;
  return <span className={classes.mark}>{t(`kind.${kind}`)}</span>;
}

/** It is held for spam; in red, and in a word. */
export function SpamMark() {
  const { t } = useTranslation();
  return (
    <span className={classes.mark} data-spam>
      {t('contacts.spam')}
    </span>
  );
}
