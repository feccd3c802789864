/** Finds another contact by name, address or id while somebody types. */
import { Combobox, Group, InputBase, Text, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findContacts, LEAST } from '../show/finding';
import { Initials } from '../show/initials';
import { place } from '../show/place';

interface Props {
  readonly label: string;
  /** One that is not offered. */
  readonly except: string;
  readonly onFound: (id: string) => void;
}

export function FindContact({ label, except, onFound }: Props) {
  const { t } = useTranslation();
  const box = useCombobox({ defaultOpened: false });
  const [typed, type] = useState('');
  const [words] = useDebouncedValue(typed.trim(), 150);
  const isAsked = words.length >= LEAST;
  const found = useQuery({ ...findContacts(words), enabled: isAsked });
  const people = (isAsked ? (found.data ?? []) : []).filter((contact) => contact.id !== except);
  return (
    <Combobox store={box} onOptionSubmit={onFound} withinPortal={false}>
      <Combobox.Target>
        <InputBase
          size="xs"
          label={label}
          leftSection={<IconSearch size={14} aria-hidden />}
          placeholder={t('merge.placeholder')}
          value={typed}
          autoFocus
          autoComplete="off"
          onChange={(event) => {
            type(event.currentTarget.value);
            box.openDropdown();
            box.resetSelectedOption();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            if (typed) type('');
            else event.currentTarget.blur();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!isAsked || (!found.data && !found.isError)}>
        <Combobox.Options aria-label={label} mah={320} style={{ overflowY: 'auto' }}>
          {people.map((contact) => (
            <Combobox.Option key={contact.id} value={contact.id}>
              <Group gap={8} wrap="nowrap">
                <Initials id={contact.id} name={contact.display_name} />
                <div style={{ minWidth: 0 }}>
                  <Text size="sm" truncate>
                    {contact.display_name}
                  </Text>
                  <Text size="xs" c="var(--quiet)" truncate>
                    {[contact.email, contact.user_id, place(contact)].filter(Boolean).join(' · ') || t(`kind.${contact.kind}`)}
                  </Text>
                </div>
              </Group>
            </Combobox.Option>
          ))}
          {people.length === 0 && <Combobox.Empty>{found.isError ? found.error.message : t('merge.nobody')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
