/** Everything that can be done, and everybody who can be found, from one field. */
import { Spotlight, spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAddressBook, IconChartBar, IconCode, IconCommand, IconEye, IconInbox, IconListDetails, IconMap2, IconSearch, IconShieldCheck, IconUpload, IconUserCircle } from '@tabler/icons-react';
import { Kbd } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../show/may';
import { partsFor } from '../settings/places';
import { findContacts, LEAST } from '../show/finding';
import { Initials } from '../show/initials';
import { viewsQuery } from '../views/query';
import { place } from '../show/place';
import { listed } from './shortcuts';

/** Keys that move in what is in front, and those that have an entry of their own here. */
const NO_ACTION = /^(g .|[jk/]|Enter|Escape)$/;
/** The focus goes back to the screen first. */
const CLOSED_MS = 250;

export const open = (): void => spotlight.open();

export function Palette() {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const [typed, type] = useState('');
  const [words] = useDebouncedValue(typed.trim(), 150);
  const isAsked = words.length >= LEAST;
  const found = useQuery({ ...findContacts(words), enabled: isAsked });
  const { data: views } = useQuery(viewsQuery);
  useEffect(open, []); // it is loaded because somebody asked for it
  const going: SpotlightActionData[] = [
    { id: 'contacts', label: t('contacts.title'), leftSection: <IconAddressBook size={16} />, onClick: () => void navigate({ to: '/contacts', search: {} }) },
    { id: 'inbox', label: t('inbox.title'), leftSection: <IconInbox size={16} />, onClick: () => void navigate({ to: '/inbox', search: {} }) },
    { id: 'visitors', label: t('visitors.title'), leftSection: <IconEye size={16} />, onClick: () => void navigate({ to: '/visitors' }) },
    { id: 'map', label: t('map.title'), leftSection: <IconMap2 size={16} />, onClick: () => void navigate({ to: '/map', search: {} }) },
    { id: 'insight', label: t('insight.title'), leftSection: <IconChartBar size={16} />, onClick: () => void navigate({ to: '/insight', search: {} }) },
    { id: 'start', label: t('start.title'), leftSection: <IconCode size={16} />, onClick: () => void navigate({ to: '/start', search: {} }) },
    { id: 'import', label: t('palette.import'), leftSection: <IconUpload size={16} />, onClick: () => void navigate({ to: '/contacts/import' }) },
    ...partsFor(may).map(({ id, to, icon: Icon }) => ({
      id: `settings ${id}`,
      label: `${t('settings.title')}: ${t(`settings.part.${id}`)}`,
      leftSection: <Icon size={16} />,
      onClick: () => void navigate({ to }),
    })),
    { id: 'account', label: t('account.title'), leftSection: <IconUserCircle size={16} />, onClick: () => void navigate({ to: '/account' }) },
    { id: 'collected', label: t('shell.collected'), leftSection: <IconShieldCheck size={16} />, onClick: () => void window.open(`/api/installation/public-page?language=${i18n.language}`, '_blank', 'noopener') },
    { id: 'api', label: t('shell.api'), leftSection: <IconCommand size={16} />, onClick: () => void window.open('/api/docs', '_blank', 'noopener') },
  ];
  const people: SpotlightActionData[] = (isAsked ? (found.data ?? []) : []).map((contact) => ({
    id: contact.id,
    label: contact.display_name,
    description: [contact.email, contact.user_id, place(contact)].filter(Boolean).join(' · ') || undefined,
    keywords: typed, // the server has matched them already
    leftSection: <Initials id={contact.id} name={contact.display_name} />,
    onClick: () => void navigate({ to: '/contacts/$id', params: { id: contact.id } }),
  }));
  const doing: SpotlightActionData[] = listed()
    .filter(({ keys }) => !NO_ACTION.test(keys))
    .map(({ keys, about, act }) => ({
      id: `do ${keys}`,
      label: about,
      rightSection: <Kbd size="xs">{keys}</Kbd>,
      onClick: () => void setTimeout(act, CLOSED_MS),
    }));
  const saved: SpotlightActionData[] = (views?.items ?? []).map(({ id, name }) => ({
    id: `view ${id}`,
    label: name,
    leftSection: <IconListDetails size={16} />,
    onClick: () => void navigate({ to: '/contacts', search: { view: id } }),
  }));
  const groups: SpotlightActionGroupData[] = [
    ...(people.length ? [{ group: t('contacts.title'), actions: people }] : []),
    { group: t('palette.go'), actions: going },
    ...(saved.length ? [{ group: t('palette.views'), actions: saved }] : []),
    { group: t('palette.do'), actions: doing },
  ];
  return (
    <Spotlight
      actions={groups}
      query={typed}
      onQueryChange={type}
      shortcut={null}
      scrollable
      maxHeight={420}
      nothingFound={isAsked && found.isFetching ? t('palette.looking') : t('palette.nothing')}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
      searchProps={{ leftSection: <IconSearch size={16} aria-hidden />, placeholder: t('palette.placeholder'), 'aria-label': t('palette.placeholder') }}
    />
  );
}
