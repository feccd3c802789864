/** Contacts side by side, field by field. What differs is shown; what agrees is one click away. */
import { Button, Table, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact, Field } from '../api';
import { Written } from '../show/written';
import classes from './compare.module.css';

export interface Column {
  readonly title: string;
  readonly contact: Contact;
}

export interface Row {
  /** A field's id, or attributes.NAME. */
  readonly field: string;
  readonly label: string;
  /** Which column's value is the one that stays, by its place; null for none of them. */
  readonly wins: number | null;
  /** Said below the last value. */
  readonly note?: string;
  readonly agrees: boolean;
}

const ATTRIBUTES = 'attributes.';
const valueOf = (contact: Contact, name: string): unknown =>
  name.startsWith(ATTRIBUTES) ? (contact.attributes[name.slice(ATTRIBUTES.length)] ?? null) : contact[name as keyof Contact];

interface Props {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly fields: readonly Field[];
}

export function Compare({ caption, columns, rows, fields }: Props) {
  const { t } = useTranslation();
  const [isAll, showAll] = useState(false);
  const agreeing = rows.filter((row) => row.agrees).length;
  const shown = isAll ? rows : rows.filter((row) => !row.agrees);
  return (
    <>
      <section aria-label={caption}>
        {/* The roles are said, since a narrow screen shows the rows as blocks. */}
        <Table role="table" className={classes.table} verticalSpacing={6} horizontalSpacing={8}>
          <Table.Thead role="rowgroup" className={classes.head}>
            <Table.Tr role="row">
              <Table.Th role="columnheader" scope="col">{t('compare.field')}</Table.Th>
              {columns.map((column, index) => (
                <Table.Th key={index} role="columnheader" scope="col">
                  {column.title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody role="rowgroup">
            {shown.map((row) => {
              const field = fields.find((one) => one.id === row.field);
              return (
                <Table.Tr key={row.field} role="row" className={classes.row} data-row={row.field}>
                  <Table.Th role="rowheader" scope="row" className={classes.label}>
                    {row.label}
                  </Table.Th>
                  {columns.map((column, index) => (
                    <Table.Td key={index} role="cell" className={classes.value} data-title={column.title} data-wins={row.wins === index || undefined} data-last={index === columns.length - 1 || undefined}>
                      <Value field={field} value={valueOf(column.contact, row.field)} />
                      {row.wins === index && <VisuallyHidden> {t('compare.wins')}</VisuallyHidden>}
                      {index === columns.length - 1 && row.note && (
                        <Text size="xs" c="var(--quiet)">
                          {row.note}
                        </Text>
                      )}
                    </Table.Td>
                  ))}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </section>
      {agreeing > 0 && (
        <Button variant="subtle" color="gray" mt={8} aria-expanded={isAll} onClick={() => showAll(!isAll)}>
          {t(isAll ? 'compare.less' : 'compare.more', { count: agreeing })}
        </Button>
      )}
    </>
  );
}

function Value({ field, value }: { field?: Field; value: unknown }) {
  const { t } = useTranslation();
  if (value === null || value === undefined) {
    return (
      <Text span inherit c="var(--quiet)" aria-label={t('compare.nothing')}>
        —
      </Text>
    );
  }
  return field ? <Written field={field} value={value} /> : <>{typeof value === 'boolean' ? t(value ? 'value.yes' : 'value.no') : String(value)}</>;
}
