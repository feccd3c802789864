/** Who it is, where about, and what time it is there. */
import { Group, Text, Title, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { Initials } from '../show/initials';
import { KindMark } from '../show/kind';
import { place } from '../show/place';
import { Moment, useClockThere } from '../show/time';

export function Head({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const clock = useClockThere(contact.timezone);
  const where = place(contact);
  return (
    <Group gap="sm" wrap="nowrap" miw={0}>
      <Initials id={contact.id} name={contact.display_name} size={40} />
      <div>
        <Group gap={8}>
          <Title order={1}>{contact.display_name}</Title>
          <KindMark kind={contact.kind} always />
        </Group>
        <Text size="sm" c="var(--quiet)">
          {contact.last_seen_at !== null && (
            <>
              {t('contact.seen')} <Moment at={contact.last_seen_at} />
            </>
          )}
          {where && (
            <>
              {' · '}
              <Tooltip label={t('contact.nearWhy', { km: contact.accuracy_km ?? '?' })}>
                <span>{t('contact.near', { place: where })}</span>
              </Tooltip>
            </>
          )}
          {clock && ` · ${t('contact.clock', { clock })}`}
        </Text>
      </div>
    </Group>
  );
}
