/** The conversations with one contact, on the contact's own screen, and the way to begin another. */
import { Button, Group, Skeleton, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMessagePlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '../shell/shortcuts';
import { useMay } from '../show/may';
import { Moment } from '../show/time';
import classes from './of-contact.module.css';
import { Starting } from './starting';
import { useWithContact } from './with-contact';

export function ContactConversations({ contact }: { contact: { readonly id: string; readonly display_name: string } }) {
  const { t } = useTranslation();
  const may = useMay();
  const [isStarting, starting] = useDisclosure(false);
  const found = useWithContact(contact.id);
  const mayWrite = may('conversations:write');
  useShortcut('w', t('inbox.start.key'), () => mayWrite && starting.open());
  if (!may('conversations:read')) return null;
  return (
    <section aria-labelledby="conversations">
      <Group justify="space-between" mb={8} wrap="nowrap">
        <Title order={2} id="conversations">
          {t('inbox.conversations')}
        </Title>
        {mayWrite && (
          <Button variant="default" size="compact-xs" leftSection={<IconMessagePlus size={14} aria-hidden />} onClick={starting.open}>
            {t('inbox.start.begin')}
          </Button>
        )}
      </Group>
      {found.isPending ? (
        <Skeleton h={14} w="70%" />
      ) : found.isError ? (
        <Text size="sm" c="var(--quiet)" role="alert">
          {found.error.message}
        </Text>
      ) : found.rows.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {t('inbox.noConversations')}
        </Text>
      ) : (
        <ul>
          {found.rows.map((one) => (
            <li key={one.id}>
              <Link to="/inbox/$id" params={{ id: one.id }} search={{}} className={classes.one} data-unread={one.unread || undefined}>
                <span>{one.preview || t('inbox.noText')}</span>
                <small>
                  {t(`inbox.status.${one.status}`)}
                  {one.assignee?.name && ` · ${one.assignee.name}`} · <Moment at={one.last_at} />
                </small>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button variant="subtle" size="compact-xs" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t('inbox.moreConversations')}
        </Button>
      )}
      {isStarting && <Starting contact={contact} onClose={starting.close} />}
    </section>
  );
}
