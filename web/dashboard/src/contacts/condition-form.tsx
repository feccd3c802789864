/** One condition: a field, one of its comparisons, and a value of the kind that both need. */
import { Button, Group, Select, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition } from './asked';
import type { Askable } from './askable';
import { ValueFields } from './value-fields';

interface Props {
  readonly askable: readonly Askable[];
  readonly start?: Condition;
  readonly verb: string;
  readonly onDone: (condition: Condition) => void;
  readonly more?: ReactNode;
}

export function ConditionForm({ askable, start, verb, onDone, more }: Props) {
  const { t } = useTranslation();
  const [id, setField] = useState(start?.field ?? null);
  const [op, setOp] = useState(start?.op ?? null);
  const [values, setValues] = useState<readonly string[]>(() => begun(start));
  const field = askable.find((one) => one.id === id);
  const operators = field?.operators ?? [];
  const chosen = op && operators.includes(op) ? op : (operators[0] ?? null);
  const usual = chosen === 'exists' || field?.type === 'flag' ? 'true' : chosen === 'within' ? '7d' : field?.choices[0];
  const held = values.length || usual === undefined ? values : [usual];
  const done = (event: FormEvent) => {
    event.preventDefault();
    if (!field || !chosen || held.length === 0) return;
    onDone({ field: field.id, op: chosen, value: chosen === 'in' || chosen === 'between' ? held : held[0] });
  };
  return (
    <form onSubmit={done}>
      <Stack gap={8}>
        <Select
          size="xs"
          searchable
          selectFirstOptionOnChange
          {...(start ? {} : { 'data-autofocus': true })}
          label={t('filter.field')}
          data={askable.map((one) => ({ value: one.id, label: one.title }))}
          value={id}
          onChange={(next) => {
            setField(next);
            setOp(null);
            setValues([]);
          }}
          comboboxProps={{ withinPortal: false }}
          nothingFoundMessage={t('columns.none')}
          // The list itself scrolls: a frame around it that scrolls could not be reached by keyboard.
          withScrollArea={false}
          styles={{ options: { maxHeight: 260, overflowY: 'auto' } }}
        />
        {field && (
          <Select
            size="xs"
            label={t('filter.operator')}
            allowDeselect={false}
            data={operators.map((one) => ({ value: one, label: field.type === 'time' ? t(`operator.time.${one}`, { defaultValue: t(`operator.${one}`) }) : t(`operator.${one}`) }))}
            value={chosen}
            onChange={(next) => {
              setOp(next);
              if (next === 'exists' || next === 'within' || chosen === 'exists' || chosen === 'within') setValues([]);
            }}
            comboboxProps={{ withinPortal: false }}
          />
        )}
        {field && chosen && <ValueFields key={`${field.id} ${chosen}`} field={field} op={chosen} values={held} onValues={setValues} isFirst={start !== undefined} />}
        <Group gap={8} justify="space-between">
          <Button type="submit" disabled={!field}>
            {verb}
          </Button>
          {more}
        </Group>
      </Stack>
    </form>
  );
}

function begun(start: Condition | undefined): readonly string[] {
  const { op, value } = start ?? {};
  if (value === undefined) return [];
  if (typeof value !== 'string') return value;
  return op === 'in' || op === 'between' ? value.split(',').map((one) => one.trim()) : [value];
}
