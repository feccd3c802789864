/** The conditions of a list as chips, and the form that adds one. Each field has its own operators. */
import { ActionIcon, Button, Group, Popover, SegmentedControl, Skeleton } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Field } from '../api';
import type { Asked, Condition } from './asked';
import classes from './filters.module.css';

/** Loaded when the first filter is made: it is not part of the first screen. */
const Form = lazy(async () => ({ default: (await import('./condition-form')).ConditionForm }));

interface Props {
  readonly asked: Asked;
  readonly fields: readonly Field[];
  readonly onAsk: (asked: Asked) => void;
}

export function Filters({ asked, fields, onAsk }: Props) {
  const { t } = useTranslation();
  const where = asked.where ?? [];
  const put = (index: number, condition: Condition | null) => {
    const next = [...where];
    if (condition) next.splice(index, 1, condition);
    else next.splice(index, 1);
    onAsk({ ...asked, where: next.length ? next : undefined, any: next.length > 1 ? asked.any : undefined });
  };
  return (
    <Group className={classes.bar} gap={8}>
      {where.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={t('filter.join')}
          value={asked.any ? 'any' : 'all'}
          onChange={(value) => onAsk({ ...asked, any: value === 'any' || undefined })}
          data={[
            { value: 'all', label: t('filter.all') },
            { value: 'any', label: t('filter.any') },
          ]}
        />
      )}
      {where.map((condition, index) => (
        <Chip
          key={`${condition.field} ${condition.op} ${condition.value}`}
          condition={condition}
          fields={fields}
          onPut={(next) => put(index, next)}
        />
      ))}
      <Adding fields={fields} onAdd={(condition) => put(where.length, condition)} />
    </Group>
  );
}

function Chip({ condition, fields, onPut }: { condition: Condition; fields: readonly Field[]; onPut: (next: Condition | null) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const field = fields.find((one) => one.id === condition.field);
  const words = `${field?.title ?? condition.field} ${told(t, condition)}`;
  return (
    <Group gap={0} wrap="nowrap" className={classes.chip}>
      <Popover opened={open} onChange={setOpen} trapFocus position="bottom-start" width={280}>
        <Popover.Target>
          <button type="button" className={classes.words} onClick={() => setOpen(!open)}>
            {words}
          </button>
        </Popover.Target>
        <Popover.Dropdown p="sm">
          <Suspense fallback={<Skeleton h={96} />}>
          <Form
            fields={fields}
            start={condition}
            verb={t('filter.change')}
            onDone={(next) => {
              setOpen(false);
              onPut(next);
            }}
          />
          </Suspense>
        </Popover.Dropdown>
      </Popover>
      <ActionIcon size={24} aria-label={t('filter.remove', { words })} onClick={() => onPut(null)}>
        <IconX size={12} />
      </ActionIcon>
    </Group>
  );
}

function told(t: TFunction, { op, value }: Condition): string {
  if (op === 'exists') return t(value === 'false' ? 'operator.missing' : 'operator.exists');
  return `${t(`operator.${op}`)} ${value ?? ''}`;
}

function Adding({ fields, onAdd }: { fields: readonly Field[]; onAdd: (condition: Condition) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} trapFocus position="bottom-start" width={280}>
      <Popover.Target>
        <Button variant="subtle" color="gray" leftSection={<IconFilter size={14} aria-hidden />} onClick={() => setOpen(!open)}>
          {t('filter.add')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Suspense fallback={<Skeleton h={96} />}>
        <Form
          fields={fields}
          verb={t('filter.apply')}
          onDone={(condition) => {
            setOpen(false);
            onAdd(condition);
          }}
        />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
