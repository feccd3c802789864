/** Visitor, lead or user: said in one word, and only where it is more than a visitor. */
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';

export function KindMark({ kind, always = false }: { kind: Contact['kind']; always?: boolean }) {
  const { t } = useTranslation();
  if (kind === 'visitor' && !always) return null;
  return <Badge>{t(`kind.${kind}`)}</Badge>;
}
