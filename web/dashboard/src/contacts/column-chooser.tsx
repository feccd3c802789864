/** Which columns the list has, in which order, and how tall its rows are. */
import { ActionIcon, Button, Checkbox, Group, Popover, ScrollArea, SegmentedControl, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from './columns';
import type { LayoutInUse } from './layout';
import { type Density, USUAL } from './heads';

interface Props {
  readonly all: readonly Column[];
  readonly layout: LayoutInUse;
}

export function ColumnChooser({ all, layout }: Props) {
  const { t } = useTranslation();
  const [wanted, want] = useState('');
  const { columns: chosen, density } = layout;
  const onChoose = (columns: readonly string[]) => layout.set({ columns });
  const name = (column: Column) => t(column.label);
  const others = all.filter((column) => !chosen.includes(column.id));
  const matching = (column: Column) => name(column).toLowerCase().includes(wanted.toLowerCase());
  const moved = (id: string, by: number) => {
    const next = chosen.filter((other) => other !== id);
    next.splice(chosen.indexOf(id) + by, 0, id);
    onChoose(next);
  };
  return (
    <Popover position="bottom-end" width={300} trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns size={14} aria-hidden />}>
          {t('columns.title')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label={t('columns.title')}>
        <Stack gap={8}>
          <SegmentedControl
            size="xs"
            value={density}
            onChange={(value) => layout.set({ density: value as Density })}
            data={[
              { value: 'comfortable', label: t('columns.comfortable') },
              { value: 'compact', label: t('columns.compact') },
            ]}
          />
          <TextInput aria-label={t('columns.search')} placeholder={t('columns.search')} value={wanted} onChange={(event) => want(event.currentTarget.value)} />
          <ScrollArea.Autosize mah={340} type="auto">
            <Stack gap={4} pr="sm">
              {chosen.flatMap((id, index) => {
                const column = all.find((one) => one.id === id);
                if (!column || !matching(column)) return [];
                return (
                  <Group key={id} gap={2} wrap="nowrap">
                    <Checkbox
                      size="xs"
                      checked
                      disabled={chosen.length === 1}
                      label={name(column)}
                      flex={1}
                      onChange={() => onChoose(chosen.filter((other) => other !== id))}
                    />
                    <Move label={t('columns.up', { name: name(column) })} disabled={index === 0} onMove={() => moved(id, -1)} up />
                    <Move label={t('columns.down', { name: name(column) })} disabled={index === chosen.length - 1} onMove={() => moved(id, 1)} />
                  </Group>
                );
              })}
              {others.filter(matching).map((column) => (
                <Checkbox key={column.id} size="xs" mih={28} checked={false} label={name(column)} onChange={() => onChoose([...chosen, column.id])} />
              ))}
              {wanted && !all.some(matching) && <Text size="sm" c="var(--quiet)">{t('columns.none')}</Text>}
            </Stack>
          </ScrollArea.Autosize>
          <Button variant="subtle" onClick={() => layout.set({ columns: USUAL, widths: {} })}>
            {t('columns.usual')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Move({ label, disabled, onMove, up = false }: { label: string; disabled: boolean; onMove: () => void; up?: boolean }) {
  const Icon = up ? IconArrowUp : IconArrowDown;
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} disabled={disabled} onClick={onMove}>
        <Icon size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
