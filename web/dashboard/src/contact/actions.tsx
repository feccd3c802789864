/** What the team may do with a contact: mark, unsubscribe, merge, copy, export, delete. */
import { Button, Group, Menu } from '@mantine/core';
import { useClipboard, useDisclosure } from '@mantine/hooks';
import { IconAlertOctagon, IconArrowsJoin2, IconAt, IconCopy, IconDots, IconDownload, IconHash, IconMailOff, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { useShortcut } from '../shell/shortcuts';
import { useMay } from '../show/may';
import { told } from '../show/toast';
import { useMarks } from './changing';
import { Deleting } from './deleting';

export function Actions({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const may = useMay();
  const clipboard = useClipboard();
  const [isAsking, asking] = useDisclosure(false);
  const marks = useMarks(contact);
  const mayWrite = may('contacts:write');
  const copy = (text: string, what: string) => {
    clipboard.copy(text);
    told(t(`actions.copied.${what}`));
  };
  const link = () => copy(location.origin + location.pathname, 'link');
  useShortcut('l', t('actions.copyLink'), link);
  // A question of the list's own, so that the file is what every export is, and is noted as one.
  const file = `/api/contacts/export?format=ndjson&filter=${encodeURIComponent(`id:eq:${contact.id}`)}`;
  return (
    <Group gap={8}>
      {mayWrite && (
        <>
          <Button variant="default" leftSection={<IconArrowsJoin2 size={14} aria-hidden />} component={Link} to="/contacts/$id/merge" params={{ id: contact.id } as never}>
            {t('actions.merge')}
          </Button>
          <Button variant="default" leftSection={<IconAlertOctagon size={14} aria-hidden />} aria-pressed={contact.spam} onClick={() => marks.mutate({ spam: !contact.spam })}>
            {t(contact.spam ? 'actions.noSpam' : 'actions.spam')}
          </Button>
        </>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={14} aria-hidden />}>
            {t('actions.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {mayWrite && (
            <Menu.Item leftSection={<IconMailOff size={14} aria-hidden />} onClick={() => marks.mutate({ unsubscribed: !contact.unsubscribed })}>
              {t(contact.unsubscribed ? 'actions.subscribe' : 'actions.unsubscribe')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconCopy size={14} aria-hidden />} onClick={link}>
            {t('actions.copyLink')}
          </Menu.Item>
          {contact.email && (
            <Menu.Item leftSection={<IconAt size={14} aria-hidden />} onClick={() => copy(contact.email ?? '', 'email')}>
              {t('actions.copyEmail')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconHash size={14} aria-hidden />} onClick={() => copy(contact.id, 'id')}>
            {t('actions.copyId')}
          </Menu.Item>
          {may('export') && (
            <Menu.Item leftSection={<IconDownload size={14} aria-hidden />} component="a" href={file} download={`contact-${contact.id}.json`} onClick={() => told(t('actions.exported'))}>
              {t('actions.export')}
            </Menu.Item>
          )}
          {may('contacts:delete') && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<IconTrash size={14} aria-hidden />} onClick={asking.open}>
                {t('actions.delete')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Deleting contact={contact} opened={isAsking} onClose={asking.close} />
    </Group>
  );
}
