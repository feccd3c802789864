/** A condition in words, as its chip says it. */
import { useTranslation } from 'react-i18next';
import type { Condition } from './asked';
import type { Askable } from './askable';
import { dayOf, span } from './values';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function useTold(askable: readonly Askable[]): (condition: Condition) => string {
  const { t, i18n } = useTranslation();
  return ({ field, op, value = '' }) => {
    const about = askable.find((one) => one.id === field);
    const title = about?.title ?? field;
    const values = typeof value === 'string' ? [value] : value;
    if (op === 'exists') return `${title} ${t(values[0] === 'false' ? 'operator.missing' : 'operator.exists')}`;
    if (op === 'within') {
      const [number, unit] = span(values[0] ?? '');
      return `${title} ${t(`operator.within`)} ${t(`filter.unit.${unit}`, { count: number })}`;
    }
    const word = (one: string) => {
      if (about?.type === 'flag') return t(one === 'true' ? 'value.yes' : 'value.no');
      if (field === 'tags' && ID.test(one)) return about?.names?.[one] ?? t('filter.tagGone');
      if (about?.type === 'choice') return t(field === 'kind' ? `kind.${one}` : `value.${one}`, { defaultValue: one });
      if (about?.type === 'time') return dayOf(one, i18n.language);
      return one;
    };
    if (field === 'tags' && op === 'ne') return t('filter.untagged', { tag: values.map(word).join(', ') });
    const operator = about?.type === 'time' ? t(`operator.time.${op}`, { defaultValue: t(`operator.${op}`) }) : t(`operator.${op}`);
    return `${title} ${operator} ${values.map(word).join(op === 'between' ? ` ${t('filter.and')} ` : ', ')}`;
  };
}
