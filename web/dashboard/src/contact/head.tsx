/** Who it is, where about, and what time it is there. */
import { Badge, Group, Text, Title, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { Initials } from '../show/initials';
import { KindMark } from '../show/kind';
import { place } from '../show/place';
import { Moment, useClockThere } from '../show/time';
import { TagsOfContact } from '../tags/of-contact';

export function Head({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const clock = useClockThere(contact.timezone);
  const where = place(contact);
  const isGuessed = contact.provenance.timezone?.derived ?? false;
  return (
    <Group gap="sm" wrap="nowrap" miw={0} align="flex-start">
      <Initials id={contact.id} name={contact.display_name} size={40} />
      <div style={{ minWidth: 0 }}>
        <Group gap={8}>
          <Title order={1} style={{ overflowWrap: 'anywhere' }}>
            {contact.display_name}
          </Title>
          <KindMark kind={contact.kind} always />
          {contact.spam && <Badge color="red">{t('head.spam')}</Badge>}
          {contact.unsubscribed && <Badge>{t('head.unsubscribed')}</Badge>}
          {contact.bounce !== 'none' && <Badge>{t(`head.bounce.${contact.bounce}`)}</Badge>}
        </Group>
        <Text size="sm" c="var(--quiet)" component="div">
          {contact.last_seen_at === null ? (
            t('head.never')
          ) : (
            <>
              {t('head.seen')} <Moment at={contact.last_seen_at} />
            </>
          )}
          {where && (
            <>
              {' · '}
              <Tooltip multiline maw={320} label={contact.accuracy_km === null ? t('place.cityLevel') : t('place.within', { km: contact.accuracy_km })}>
                <span>{t('place.near', { place: where })}</span>
              </Tooltip>
            </>
          )}
          {clock && (
            <>
              {' · '}
              <Tooltip label={t(isGuessed ? 'head.zoneGuessed' : 'head.zone', { zone: contact.timezone })}>
                <span>{t('head.clock', { clock })}</span>
              </Tooltip>
            </>
          )}
        </Text>
        <TagsOfContact contact={contact} />
      </div>
    </Group>
  );
}
