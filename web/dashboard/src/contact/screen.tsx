/** One contact: everything known, each value with where it came from, and what can be done. */
import { ActionIcon, Button, Group, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconArrowLeft, IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { contactQuery, useFields } from '../api';
import { fetched } from '../fetched';
import { ContactHistory } from '../history/of-contact';
import { ContactConversations } from '../inbox/of-contact';
import { useShortcut } from '../shell/shortcuts';
import { Failure } from '../shell/states';
import { Actions } from './actions';
import { useNeighbours, useWayBack } from './came-from';
import { Devices } from './devices';
import { Head } from './head';
import { Identities } from './identities';
import { Merges } from './merges';
import { PlaceFrame } from './place-frame';
import classes from './screen.module.css';
import { Sections } from './sections';

const PlaceMap = fetched(async () => (await import('./place-map')).PlaceMap);

export function ContactScreen() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/inside/contacts/$id' });
  const fields = useFields();
  const found = useQuery(contactQuery(id));
  const contact = found.data;
  useDocumentTitle(`${contact?.display_name ?? t('contact.title')} · openbook`);
  const back = useWayBack();
  const navigate = useNavigate();
  const now = contact?.id ?? id;
  useEffect(() => {
    // The id of one that was merged away gives the one that was kept: its address is the right one.
    if (now !== id) void navigate({ to: '/contacts/$id', params: { id: now }, replace: true });
  }, [now, id, navigate]);
  useShortcut('Escape', t('shortcut.back'), back.go);
  useShortcut('e', t('keys.edit'), () => document.querySelector<HTMLElement>('[data-edit=name]')?.click());

  return (
    <main className={classes.screen}>
      <Group justify="space-between" wrap="nowrap" className={classes.bar}>
        <Button
          variant="subtle"
          color="gray"
          component="a"
          href={back.href}
          leftSection={<IconArrowLeft size={14} aria-hidden />}
          className={classes.back}
          onClick={(event: React.MouseEvent) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return; // a tab of its own
            event.preventDefault();
            back.go();
          }}
        >
          {t('contacts.title')}
        </Button>
        <Beside id={id} />
      </Group>
      {found.isError ? (
        <Failure inside level={1} error={found.error} onAgain={() => void found.refetch()} />
      ) : !contact ? (
        <Ghost />
      ) : (
        <>
          <Group justify="space-between" align="flex-start" wrap="wrap" gap="md">
            <Head contact={contact} />
            <Actions contact={contact} />
          </Group>
          <div className={classes.columns}>
            <Sections key={contact.id} contact={contact} fields={fields} />
            <Stack gap={32} className={classes.aside}>
              <PlaceFrame contact={contact}>
                <Suspense fallback={<Skeleton h={200} />}>
                  <PlaceMap contact={contact} />
                </Suspense>
              </PlaceFrame>
              <ContactConversations contact={contact} />
              <Identities contact={contact} fields={fields} />
              <Devices devices={contact.devices} />
              <Merges id={contact.id} />
              <ContactHistory id={contact.id} />
            </Stack>
          </div>
        </>
      )}
    </main>
  );
}

/** The contacts before and after this one in the list it was opened from. */
function Beside({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const near = useNeighbours(id);
  const go = (to: string | null) => {
    // In place of this one: back leads to the list from every one of them.
    if (to) void navigate({ to: '/contacts/$id', params: { id: to }, replace: true });
  };
  useShortcut('j', t('keys.next'), () => go(near.next));
  useShortcut('k', t('keys.previous'), () => go(near.previous));
  if (near.place === null) return null;
  const number = (value: number) => value.toLocaleString(i18n.language);
  return (
    <Group gap={4} wrap="nowrap">
      <Text size="sm" c="var(--quiet)">
        {t(near.hasMore ? 'beside.ofMore' : 'beside.of', { place: number(near.place), loaded: number(near.loaded) })}
      </Text>
      <Tooltip label={`${t('keys.previous')} (K)`}>
        <ActionIcon aria-label={t('keys.previous')} disabled={!near.previous} onClick={() => go(near.previous)}>
          <IconChevronUp size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${t('keys.next')} (J)`}>
        <ActionIcon aria-label={t('keys.next')} disabled={!near.next} onClick={() => go(near.next)}>
          <IconChevronDown size={16} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

function Ghost() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" aria-busy aria-label={t('contact.loading')}>
      <Title order={1}>
        <Skeleton w={240} h={24} />
      </Title>
      <Text component="div">
        <Skeleton w={320} h={14} />
      </Text>
      {Array.from({ length: 12 }, (_, index) => (
        <Skeleton key={index} h={14} w={`${35 + ((index * 23) % 40)}%`} />
      ))}
    </Stack>
  );
}
