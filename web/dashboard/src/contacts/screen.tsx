/** The list of contacts: who they are, when they were seen, and what was asked for. */
import { ActionIcon, Group, Skeleton, Text, TextInput, Title, Tooltip } from '@mantine/core';
import { useDebouncedCallback, useDocumentTitle } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFields } from '../api';
import { useShortcut } from '../shell/shortcuts';
import { Failure } from '../shell/states';
import type { Asked } from './asked';
import { ColumnChooser } from './column-chooser';
import { columns, USUAL } from './columns';
import { NobodyFound, NobodyYet } from './empty';
import { Filters } from './filters';
import { useCount, useFound } from './found';
import classes from './screen.module.css';
import { ContactTable } from './table';
import { useKept } from './kept';

export function ContactsScreen() {
  const { t } = useTranslation();
  useDocumentTitle(`${t('contacts.title')} · openbook`);
  const asked = useSearch({ from: '/inside/contacts' });
  const navigate = useNavigate({ from: '/contacts' });
  const ask = (next: Asked) => void navigate({ search: next, replace: true });
  const fields = useFields();
  const [chosen, choose] = useKept<readonly string[]>('columns', USUAL);
  const found = useFound(asked);
  const all = columns(fields);
  const shown = chosen.flatMap((id) => all.find((column) => column.id === id) ?? []);
  const isAsked = Boolean(asked.q || asked.where?.length);

  return (
    <main className={classes.screen}>
      <Group className={classes.head} gap="sm" wrap="wrap">
        <Title order={1}>{t('contacts.title')}</Title>
        <HowMany question={found.question} />
        <Group gap={8} ml="auto" wrap="wrap">
          <Words words={asked.q ?? ''} onWords={(q) => ask({ ...asked, q: q || undefined })} />
          <ColumnChooser all={all} chosen={chosen} onChoose={choose} />
        </Group>
      </Group>
      <Filters asked={asked} fields={fields} onAsk={ask} />
      {found.isError ? (
        <Failure error={found.error} onAgain={() => void found.refetch()} />
      ) : !found.isPending && found.rows.length === 0 ? (
        isAsked ? <NobodyFound onClear={() => ask({})} /> : <NobodyYet />
      ) : (
        <ContactTable
          columns={shown}
          rows={found.rows}
          isPending={found.isPending || fields.length === 0}
          isStale={found.isPlaceholderData}
          hasMore={found.hasNextPage}
          onMore={() => {
            if (!found.isFetchingNextPage) void found.fetchNextPage();
          }}
        />
      )}
    </main>
  );
}

function HowMany({ question }: { question: Parameters<typeof useCount>[0] }) {
  const { t, i18n } = useTranslation();
  const count = useCount(question);
  if (count.isError) return null; // the list says what is wrong
  if (!count.data) return <Skeleton w={72} h={14} />;
  const number = count.data.count.toLocaleString(i18n.language);
  return (
    <Text c="var(--quiet)" size="md" aria-live="polite">
      {t(count.data.about ? 'contacts.about' : 'contacts.count', { number, count: count.data.count })}
    </Text>
  );
}

function Words({ words, onWords }: { words: string; onWords: (words: string) => void }) {
  const { t } = useTranslation();
  const [typed, type] = useState(words);
  const field = useRef<HTMLInputElement>(null);
  const sent = useRef(words);
  const send = (next: string) => {
    sent.current = next;
    onWords(next);
  };
  const later = useDebouncedCallback(send, 200);
  // The address changed by another hand: by the back button, or by "show all contacts".
  useEffect(() => {
    if (words === sent.current) return;
    sent.current = words;
    type(words);
  }, [words]);
  useShortcut('/', t('shortcut.search'), () => field.current?.select());
  const clear = () => {
    type('');
    later.cancel();
    send('');
  };
  return (
    <TextInput
      ref={field}
      w={260}
      type="search"
      aria-label={t('contacts.search')}
      placeholder={t('contacts.search')}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        typed && (
          <Tooltip label={t('act.clear')}>
            <ActionIcon size={22} aria-label={t('act.clear')} onClick={clear}>
              <IconX size={12} />
            </ActionIcon>
          </Tooltip>
        )
      }
      value={typed}
      onChange={(event) => {
        type(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        if (typed) clear();
        else field.current?.blur();
      }}
    />
  );
}
