/** Everything that can be done, and everybody who can be found, from one field. */
import { Spotlight, spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAddressBook, IconCommand, IconSearch, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { Initials } from '../show/initials';

const SHOWN = 7;

export const open = (): void => spotlight.open();

export function Palette() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, type] = useState('');
  const [words] = useDebouncedValue(typed.trim(), 150);
  const found = useQuery({
    queryKey: ['palette', words],
    enabled: words.length > 1,
    queryFn: () => body(api.POST('/api/contacts/search', { body: { q: words, limit: SHOWN } as never })),
  });
  useEffect(open, []); // it is loaded because somebody asked for it
  const going: SpotlightActionData[] = [
    { id: 'contacts', label: t('contacts.title'), leftSection: <IconAddressBook size={16} />, onClick: () => void navigate({ to: '/contacts', search: {} }) },
    { id: 'collected', label: t('shell.collected'), leftSection: <IconShieldCheck size={16} />, onClick: () => void window.open('/what-we-collect', '_blank', 'noopener') },
    { id: 'api', label: t('shell.api'), leftSection: <IconCommand size={16} />, onClick: () => void window.open('/api/docs', '_blank', 'noopener') },
  ];
  const people: SpotlightActionData[] = (words.length > 1 ? (found.data?.items ?? []) : []).map((contact) => ({
    id: contact.id,
    label: contact.display_name,
    description: contact.email ?? undefined,
    keywords: words, // the server has matched them already
    leftSection: <Initials id={contact.id} name={contact.display_name} />,
    onClick: () => void navigate({ to: '/contacts/$id', params: { id: contact.id } }),
  }));
  const groups: SpotlightActionGroupData[] = [
    { group: t('palette.go'), actions: going },
    ...(people.length ? [{ group: t('contacts.title'), actions: people }] : []),
  ];
  return (
    <Spotlight
      actions={groups}
      query={typed}
      onQueryChange={type}
      shortcut={null}
      scrollable
      maxHeight={420}
      nothingFound={t('palette.nothing')}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
      searchProps={{ leftSection: <IconSearch size={16} aria-hidden />, placeholder: t('palette.placeholder'), 'aria-label': t('palette.placeholder') }}
    />
  );
}
