/** What a column of a file may become, and what its name suggests. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFields } from '../api';
import { settingsQuery } from '../collection/settings';

export interface Target {
  readonly value: string;
  readonly label: string;
}

const OWN = 'attribute.';
/** When the row was true. */
const OCCURRED = 'occurred_at';
const ALSO: Record<string, string> = {
  emailaddress: 'email', mail: 'email', indirizzoemail: 'email', indirizzomail: 'email',
  id: 'user_id', uid: 'user_id', customerid: 'user_id', externalid: 'user_id', externaluserid: 'user_id', idcliente: 'user_id',
  fullname: 'name', nome: 'name', nomecompleto: 'name', customer: 'name', cliente: 'name',
  createdat: 'first_seen_at', signedupat: 'first_seen_at', created: 'first_seen_at', firstseen: 'first_seen_at',
  updatedat: OCCURRED, tag: 'tags', labels: 'tags', label: 'tags', etichette: 'tags', optout: 'unsubscribed', optedout: 'unsubscribed',
};

export function useTargets(): readonly Target[] {
  const { t } = useTranslation();
  const fields = useFields();
  const { data: settings } = useQuery(settingsQuery);
  return useMemo(() => {
    const plain = fields.filter((field) => field.written_by.includes('import') && field.on).map((field) => ({ value: field.id, label: field.title }));
    const own = Object.entries(settings ?? {})
      .filter(([key, value]) => key.startsWith(OWN) && value !== null)
      .map(([key]) => ({ value: `attributes.${key.slice(OWN.length)}`, label: key.slice(OWN.length) }));
    return [...plain, { value: OCCURRED, label: t('import.occurred') }, { value: 'tags', label: t('column.tags') }, ...own];
  }, [fields, settings, t]);
}

/** What each column of a file seems to be; an empty text where nobody can tell. None twice. */
export function suggested(header: readonly string[], targets: readonly Target[]): string[] {
  const taken = new Set<string>();
  return header.map((name) => {
    const plain = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    const same = targets.find(({ value, label }) => [value, value.replace(/^attributes\./, ''), label].some((one) => one.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '') === plain));
    const found = same?.value ?? (targets.some(({ value }) => value === ALSO[plain]) ? ALSO[plain] : undefined);
    if (!found || taken.has(found)) return '';
    taken.add(found);
    return found;
  });
}
