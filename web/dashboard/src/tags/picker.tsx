/** Choose a tag by typing: those there are, or a new one of that name. */
import { Combobox, Group, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { Failure } from '../shell/states';
import { refused } from '../show/toast';
import { Dot } from './chip';
import { type Tag, tagsQuery } from './query';

/** No tag's id. */
const NEW = '+';
const LONGEST = 40;

interface Props {
  readonly label: string;
  /** Tags that are not offered. */
  readonly except?: ReadonlySet<string>;
  /** Whether one that is not there can be made. */
  readonly makes: boolean;
  readonly onPick: (tag: Tag) => void;
  readonly onClose: () => void;
}

export function TagPicker({ label, except, makes, onPick, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tags = useQuery(tagsQuery);
  const box = useCombobox({ opened: true });
  const [typed, type] = useState('');
  const words = typed.trim().replace(/\s+/g, ' ');
  const wanted = words.toLowerCase();
  const offered = (tags.data?.items ?? []).filter((tag) => !except?.has(tag.id) && tag.name.toLowerCase().includes(wanted));
  const isThere = (tags.data?.items ?? []).some((tag) => tag.name.toLowerCase() === wanted);
  const isNew = makes && words !== '' && !isThere && tags.data !== undefined;
  const bad = isNew && (words.includes(',') || words.length > LONGEST);
  const make = useMutation({
    mutationFn: (name: string) => body(api.POST('/api/tags', { body: { name } })),
    onSuccess: (tag) => {
      client.setQueryData(tagsQuery.queryKey, (held) => held && { ...held, items: [...held.items, tag].sort((one, other) => one.name.localeCompare(other.name)) });
      onPick(tag);
    },
    onError: (error) => refused(t('tags.notMade'), error),
  });
  const first = offered[0]?.id ?? (isNew && !bad ? NEW : undefined);
  // What Enter does is always the first of them.
  useEffect(() => {
    if (first) box.selectFirstOption();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [first, wanted]);
  if (tags.isError) return <Failure inside error={tags.error} onAgain={() => void tags.refetch()} />;
  return (
    <Combobox
      store={box}
      withinPortal={false}
      onOptionSubmit={(id) => {
        const tag = offered.find((one) => one.id === id);
        type(''); // it may be opened again while it leaves
        if (tag) onPick(tag);
        else if (!bad) make.mutate(words);
      }}
    >
      <Combobox.EventsTarget>
        <TextInput
          data-autofocus
          autoComplete="off"
          aria-label={label}
          placeholder={t(makes ? 'tags.findOrMake' : 'tags.find')}
          value={typed}
          disabled={make.isPending}
          error={bad && t('tags.rule')}
          rightSection={make.isPending ? <Loader size={14} /> : null}
          onChange={(event) => type(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            if (typed) type('');
            else onClose();
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options aria-label={label} mah={260} mt={4} style={{ overflowY: 'auto' }}>
        {offered.map((tag) => (
          <Combobox.Option key={tag.id} value={tag.id}>
            <Group gap={8} wrap="nowrap">
              <Dot colour={tag.colour} />
              <Text size="sm" truncate>
                {tag.name}
              </Text>
            </Group>
          </Combobox.Option>
        ))}
        {isNew && !bad && (
          <Combobox.Option value={NEW}>
            <Text size="sm" truncate>
              {t('tags.make', { name: words })}
            </Text>
          </Combobox.Option>
        )}
        {!isNew && offered.length === 0 && tags.data && <Combobox.Empty>{t(words ? 'tags.none' : makes ? 'tags.noneYet' : 'tags.noneThere')}</Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  );
}
