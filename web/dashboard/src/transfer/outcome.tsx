/** What happened to each row of a file, or would: counts that add up, and the refused ones by line. */
import { Button, Stack, Table, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RejectedRow, Report } from './bringing';
import { refusedRows } from './csv';
import { save } from './saving';
import classes from './screen.module.css';

/** A file that was chosen, and what could be seen of it. */
export interface Chosen {
  readonly file: File;
  readonly format: 'csv' | 'ndjson';
  readonly text: string;
  readonly header: readonly string[];
  readonly examples: readonly (readonly string[])[];
}

interface Props {
  readonly chosen: Chosen;
  /** What its columns became. */
  readonly columns: readonly string[];
  readonly report: Report;
  readonly isTrial: boolean;
  readonly isStopped: boolean;
}

const PARTS = ['created', 'updated', 'unchanged', 'rejected'] as const;
const SHOWN = 100;

export function Outcome({ chosen, columns, report, isTrial, isStopped }: Props) {
  const { t, i18n } = useTranslation();
  /** In the reader's language, and with the name that the column has in the file. */
  const said = ({ code, about, reason }: RejectedRow): string =>
    t(`import.refusal.${code}`, { about: (about && chosen.header[columns.indexOf(about)]) || about, defaultValue: reason });
  const rejected = report.rejected_rows ?? [];
  const fetch = () => {
    const reasons = new Map(rejected.map((row) => [row.line, said(row)]));
    const lines = chosen.text.split('\n');
    const text = chosen.format === 'csv' ? refusedRows(chosen.text, reasons, t('import.why')) : rejected.map(({ line }) => `${lines[line - 1] ?? ''}\n`).join('');
    save(chosen.file.name.replace(/(\.\w+)?$/, (suffix) => `-${t('import.refusedName')}${suffix || '.csv'}`), text);
  };
  return (
    <Stack gap="md">
      <Text role="status">{t(isStopped ? 'import.stopped' : isTrial ? 'import.tried' : 'import.brought')}</Text>
      <dl className={classes.counts}>
        {PARTS.map((part) => (
          <div key={part} data-part={report[part] ? part : undefined}>
            <dt>{t(`import.part.${part}`)}</dt>
            <dd>{(report[part] ?? 0).toLocaleString(i18n.language)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('import.part.rows')}</dt>
          <dd>{(report.rows ?? 0).toLocaleString(i18n.language)}</dd>
        </div>
      </dl>
      {rejected.length > 0 && (
        <>
          <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('import.refused')}>
            <Table verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={80}>{t('import.line')}</Table.Th>
                  <Table.Th>{t('import.why')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rejected.slice(0, SHOWN).map((row) => (
                  <Table.Tr key={row.line}>
                    <Table.Td>{row.line}</Table.Td>
                    <Table.Td>{said(row)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
          {rejected.length > SHOWN && <Text size="sm" c="var(--quiet)">{t('import.andMore', { count: rejected.length - SHOWN })}</Text>}
          <div>
            <Button variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={fetch}>
              {t('import.fetchRefused', { count: rejected.length })}
            </Button>
          </div>
        </>
      )}
    </Stack>
  );
}
