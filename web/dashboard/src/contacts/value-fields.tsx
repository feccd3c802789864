/** The value of a condition, asked for by its type: a choice, a number, a moment, a text, or several. */
import { Group, MultiSelect, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Askable } from './askable';
import { fromLocal, span, toLocal, type Unit, UNITS } from './values';

interface Props {
  readonly field: Askable;
  readonly op: string;
  readonly values: readonly string[];
  readonly onValues: (values: readonly string[]) => void;
  /** Whether the focus begins here: a condition that is there already is changed in its value. */
  readonly isFirst: boolean;
}

const INSIDE = { withinPortal: false } as const;

export function ValueFields({ field, op, values, onValues, isFirst }: Props) {
  const { t } = useTranslation();
  const said = (choice: string) => {
    if (field.id === 'kind') return t(`kind.${choice}`);
    if (field.names?.[choice]) return field.names[choice];
    return choice === 'true' ? t('value.yes') : choice === 'false' ? t('value.no') : t(`value.${choice}`, { defaultValue: choice });
  };
  const choices = op === 'exists' || field.type === 'flag' ? ['true', 'false'] : field.choices;
  const data = choices.map((one) => ({ value: one, label: said(one) }));
  const label = t('filter.value');
  const focus = isFirst ? { 'data-autofocus': true } : {};
  if (op === 'in' && data.length > 0) {
    return <MultiSelect {...focus} size="xs" label={label} data={data} value={[...values]} onChange={onValues} comboboxProps={INSIDE} required={values.length === 0} />;
  }
  if (data.length > 0) {
    return <Select {...focus} openOnFocus={false} size="xs" label={label} allowDeselect={false} data={data} value={values[0] ?? null} onChange={(next) => onValues(next ? [next] : [])} comboboxProps={INSIDE} />;
  }
  if (op === 'within') return <Span focus={focus} text={values[0] ?? ''} onText={(next) => onValues([next])} />;
  if (op === 'in') {
    return (
      <TagsInput
        {...focus}
        size="xs"
        label={label}
        description={t(field.type === 'ip' ? 'filter.hint.networks' : 'filter.hint.in')}
        value={[...values]}
        onChange={onValues}
        acceptValueOnBlur
        comboboxProps={INSIDE}
      />
    );
  }
  const one = (index: number, name: string) => (
    <One key={index} focus={index ? {} : focus} type={field.type} label={name} value={values[index] ?? ''} onValue={(next) => onValues(index ? [values[0] ?? '', next] : [next, ...values.slice(1)])} />
  );
  return op === 'between' ? (
    <Group gap={8} grow align="start">
      {one(0, t('filter.from'))}
      {one(1, t('filter.to'))}
    </Group>
  ) : (
    one(0, label)
  );
}

function One({ focus, type, label, value, onValue }: { focus: object; type: Askable['type']; label: string; value: string; onValue: (value: string) => void }) {
  if (type === 'time') {
    return <TextInput {...focus} label={label} type="datetime-local" required value={toLocal(value)} onChange={(event) => onValue(fromLocal(event.currentTarget.value))} />;
  }
  const isNumber = type === 'number' || type === 'integer';
  return <TextInput {...focus} label={label} type={isNumber ? 'number' : 'text'} step={isNumber ? 'any' : undefined} required value={value} onChange={(event) => onValue(event.currentTarget.value)} />;
}

function Span({ focus, text, onText }: { focus: object; text: string; onText: (text: string) => void }) {
  const { t } = useTranslation();
  const [number, unit] = span(text);
  return (
    <Group gap={8} grow align="end">
      <NumberInput {...focus} size="xs" label={t('filter.value')} min={1} max={9_999} allowDecimal={false} clampBehavior="strict" value={number} onChange={(next) => onText(`${Number(next) || 1}${unit}`)} />
      <Select
        size="xs"
        aria-label={t('filter.unitLabel')}
        allowDeselect={false}
        data={UNITS.map((one) => ({ value: one, label: t(`filter.units.${one}`) }))}
        value={unit}
        onChange={(next) => onText(`${number}${(next ?? 'd') as Unit}`)}
        comboboxProps={INSIDE}
      />
    </Group>
  );
}
