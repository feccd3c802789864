/** What a condition can ask about: the catalogue, the kind, campaign labels, the operator's own. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Field, useFields } from '../api';
import { settingsQuery } from '../collection/settings';
import { useTags } from '../tags/query';

export interface Askable {
  readonly id: string;
  readonly title: string;
  readonly type: Field['type'];
  readonly operators: readonly string[];
  readonly choices: readonly string[];
  /** What a choice is called, where that is not the value itself. */
  readonly names?: Readonly<Record<string, string>>;
}

const KINDS = ['visitor', 'lead', 'user'];
const LABELS = ['source', 'medium', 'campaign', 'term', 'content'];
const OWN = 'attribute.';

export function useAskable(): readonly Askable[] {
  const { t } = useTranslation();
  const fields = useFields();
  const { data: settings } = useQuery(settingsQuery);
  const tags = useTags();
  return useMemo(() => {
    const operatorsOf = (type: string) => fields.find((field) => field.type === type)?.operators ?? [];
    const plain = fields
      .filter((field) => (field.operators ?? []).length > 0)
      .flatMap((field): Askable[] => {
        const one = { ...field, operators: field.operators ?? [], choices: field.choices ?? [] };
        const labels = field.type === 'map' ? LABELS.map((label): Askable => ({ id: `${field.id}.${label}`, title: `${field.title}: ${label}`, type: 'text', operators: operatorsOf('text'), choices: [] })) : [];
        return [one, ...labels];
      });
    const own = Object.entries(settings ?? {})
      .filter(([key, value]) => key.startsWith(OWN) && value !== null)
      .map(([key, value]): Askable => {
        const { type } = value as { type: Field['type'] };
        const operators = type === 'flag' ? [...operatorsOf(type), 'exists'] : operatorsOf(type);
        return { id: `attributes.${key.slice(OWN.length)}`, title: key.slice(OWN.length), type, operators, choices: [] };
      });
    const kind: Askable = { id: 'kind', title: t('filter.kind'), type: 'choice', operators: ['eq', 'ne', 'in'], choices: KINDS };
    const names = Object.fromEntries((tags ?? []).map((tag) => [tag.id, tag.name]));
    const tagged: Askable = { id: 'tags', title: t('column.tags'), type: 'choice', operators: ['eq', 'ne', 'in', 'exists'], choices: Object.keys(names), names };
    return fields.length ? [kind, tagged, ...plain, ...own] : [];
  }, [fields, settings, tags, t]);
}
