/** One contact: everything known, each value with where it came from, and what can be done. */
import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { contactQuery, useFields } from '../api';
import { useShortcut } from '../shell/shortcuts';
import { Failure } from '../shell/states';
import { Actions } from './actions';
import { Devices } from './devices';
import { Head } from './head';
import { Identities } from './identities';
import { Merges } from './merges';
import classes from './screen.module.css';
import { Sections } from './sections';

export function ContactScreen() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/inside/contacts/$id' });
  const navigate = useNavigate();
  const router = useRouter();
  const fields = useFields();
  const found = useQuery(contactQuery(id));
  const contact = found.data;
  useDocumentTitle(`${contact?.display_name ?? t('contact.title')} · openbook`);
  // Back to the list as it was, if that is where the person came from.
  const back = () => {
    if (router.history.canGoBack()) router.history.back();
    else void navigate({ to: '/contacts', search: {} });
  };
  useShortcut('Escape', t('shortcut.back'), back);

  return (
    <main className={classes.screen}>
      <Button variant="subtle" color="gray" component={Link} to="/contacts" leftSection={<IconArrowLeft size={14} aria-hidden />} className={classes.back}
        onClick={(event: React.MouseEvent) => {
          event.preventDefault();
          back();
        }}>
        {t('contacts.title')}
      </Button>
      {found.isError ? (
        <Failure level={1} error={found.error} onAgain={() => void found.refetch()} />
      ) : !contact ? (
        <Ghost />
      ) : (
        <>
          <Group justify="space-between" align="flex-start" wrap="wrap" gap="md">
            <Head contact={contact} />
            <Actions contact={contact} />
          </Group>
          <div className={classes.columns}>
            <Sections contact={contact} fields={fields} />
            <Stack gap={32} className={classes.aside}>
              <Identities contact={contact} />
              <Devices devices={contact.devices} />
              <Merges id={contact.id} />
            </Stack>
          </div>
        </>
      )}
    </main>
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
