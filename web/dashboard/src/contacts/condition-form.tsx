/** One condition: a field, one of its comparisons, a value. */
import { Button, Select, Stack, TextInput } from '@mantine/core';
import type { TFunction } from 'i18next';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field } from '../api';
import type { Condition } from './asked';

interface Props {
  readonly fields: readonly Field[];
  readonly start?: Condition;
  readonly verb: string;
  readonly onDone: (condition: Condition) => void;
}

export function ConditionForm({ fields, start, verb, onDone }: Props) {
  const { t } = useTranslation();
  const [id, setField] = useState(start?.field ?? null);
  const [op, setOp] = useState(start?.op ?? null);
  const [value, setValue] = useState(start?.value ?? '');
  const askable = useMemo(() => fields.filter((field) => (field.operators ?? []).length > 0), [fields]);
  const field = askable.find((one) => one.id === id);
  const operators = [...(field?.operators ?? [])];
  const chosen = op && operators.includes(op) ? op : (operators[0] ?? null);
  const choices = chosen === 'exists' || field?.type === 'flag' ? ['true', 'false'] : [...(field?.choices ?? [])];
  const done = (event: FormEvent) => {
    event.preventDefault();
    if (field && chosen) onDone({ field: field.id, op: chosen, value: value || (choices[0] ?? '') });
  };
  return (
    <form onSubmit={done}>
      <Stack gap={8}>
        <Select
          size="xs"
          searchable
          data-autofocus
          label={t('filter.field')}
          data={askable.map((one) => ({ value: one.id, label: one.title }))}
          value={id}
          onChange={(next) => {
            setField(next);
            setOp(null);
            setValue('');
          }}
          comboboxProps={{ withinPortal: false }}
          nothingFoundMessage={t('columns.none')}
          maxDropdownHeight={260}
        />
        {field && (
          <Select
            size="xs"
            label={t('filter.operator')}
            allowDeselect={false}
            data={operators.map((one) => ({ value: one, label: t(`operator.${one}`) }))}
            value={chosen}
            onChange={setOp}
            comboboxProps={{ withinPortal: false }}
          />
        )}
        {field && choices.length > 0 && chosen !== 'in' ? (
          <Select
            size="xs"
            label={t('filter.value')}
            allowDeselect={false}
            data={choices.map((one) => ({ value: one, label: one === 'true' ? t('value.yes') : one === 'false' ? t('value.no') : one }))}
            value={value || (choices[0] ?? null)}
            onChange={(next) => setValue(next ?? '')}
            comboboxProps={{ withinPortal: false }}
          />
        ) : (
          field && (
            <TextInput
              label={t('filter.value')}
              description={hint(t, field, chosen)}
              value={value}
              required
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          )
        )}
        <Button type="submit" disabled={!field}>
          {verb}
        </Button>
      </Stack>
    </form>
  );
}

function hint(t: TFunction, field: Field, op: string | null): string | undefined {
  if (op === 'in' || op === 'between') return t(`filter.hint.${op}`);
  if (field.type === 'time') return t('filter.hint.time');
  return undefined;
}
