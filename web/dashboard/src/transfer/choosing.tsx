/** Choose a file, or drop one: read here, so that its columns can be named before it is sent. */
import { Anchor, Button, List, Stack, Text } from '@mantine/core';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { csvRows } from './csv';
import type { Chosen } from './outcome';
import { save } from './saving';
import classes from './screen.module.css';

/** What the server takes at once. */
const MOST_BYTES = 10_000_000;
const EXAMPLES = 3;
const SAMPLE = 'user_id,email,name,unsubscribed,first_seen_at\r\n42,ada@example.com,Ada Example,false,2026-06-30T12:00:00Z\r\n';

export function Choosing({ onChoose }: { onChoose: (chosen: Chosen) => void }) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isOver, over] = useState(false);
  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MOST_BYTES) return setWrong(t('import.tooLarge', { name: file.name }));
    const format = /\.(ndjson|jsonl)$/i.test(file.name) ? 'ndjson' : 'csv';
    const text = await file.text();
    const rows: (readonly string[])[] = [];
    if (format === 'csv') {
      for (const { cells } of csvRows(text)) {
        rows.push(cells);
        if (rows.length > EXAMPLES) break;
      }
    }
    const [header = [], ...examples] = rows;
    if (format === 'csv' && examples.length === 0) return setWrong(t('import.noRows', { name: file.name }));
    onChoose({ file, format, text, header: header.map((name) => name.trim()), examples });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    over(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <Stack gap="md">
      <div
        className={classes.drop}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          over(true);
        }}
        onDragLeave={() => over(false)}
        onDrop={drop}
      >
        <Text>{t('import.drop')}</Text>
        <Button onClick={() => field.current?.click()}>{t('import.choose')}</Button>
        <input ref={field} type="file" accept=".csv,.tsv,.txt,.ndjson,.jsonl,text/csv" aria-label={t('import.file')} className={classes.file} tabIndex={-1} onChange={(event) => void take(event.currentTarget.files?.[0])} />
      </div>
      {wrong && (
        <Text role="alert" className={classes.refused}>
          {wrong}
        </Text>
      )}
      <List size="sm" c="var(--quiet)" spacing={4}>
        <List.Item>{t('import.rule.match')}</List.Item>
        <List.Item>{t('import.rule.newer')}</List.Item>
        <List.Item>{t('import.rule.unsubscribed')}</List.Item>
      </List>
      <Anchor component="button" type="button" size="sm" style={{ alignSelf: 'flex-start' }} onClick={() => save('contacts-sample.csv', SAMPLE)}>
        {t('import.sample')}
      </Anchor>
    </Stack>
  );
}
