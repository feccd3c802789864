/** Which column of the file becomes what; examples of its values stand beside. */
import { Select, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Target } from './columns';
import type { Chosen } from './outcome';
import classes from './screen.module.css';

interface Props {
  readonly chosen: Chosen;
  /** In the order of the file; '' for one that is left out. */
  readonly columns: readonly string[];
  readonly targets: readonly Target[];
  readonly onColumns: (columns: readonly string[]) => void;
}

export function Mapping({ chosen, columns, targets, onColumns }: Props) {
  const { t } = useTranslation();
  const examples = (index: number) => chosen.examples.map((row) => row[index]).filter(Boolean).join(' · ') || '—';
  const put = (index: number, value: string) => onColumns(columns.map((one, at) => (at === index ? value : one)));
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('import.columns')}>
      <Table verticalSpacing={6} className={classes.mapping}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('import.column')}</Table.Th>
            <Table.Th>{t('import.becomes')}</Table.Th>
            <Table.Th className={classes.beside}>{t('import.examples')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {chosen.header.map((name, index) => (
            // Two columns may have one name.
            <Table.Tr key={index}>
              <Table.Td>
                {name || t('import.unnamed', { number: index + 1 })}
                <Text size="sm" c="var(--quiet)" className={classes.below}>
                  {examples(index)}
                </Text>
              </Table.Td>
              <Table.Td>
                <Select
                  size="xs"
                  className={classes.select}
                  allowDeselect={false}
                  searchable
                  selectFirstOptionOnChange
                  aria-label={t('import.what', { name: name || String(index + 1) })}
                  data={[{ value: '', label: t('import.leaveOut') }, ...targets.filter(({ value }) => value === columns[index] || !columns.includes(value))]}
                  value={columns[index] ?? ''}
                  onChange={(next) => put(index, next ?? '')}
                  nothingFoundMessage={t('import.noField')}
                />
              </Table.Td>
              <Table.Td className={classes.beside}>
                <Text size="sm" c="var(--quiet)" truncate maw={360}>
                  {examples(index)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
