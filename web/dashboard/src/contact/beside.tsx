/** What moves with a contact beside its values: its devices and what it is recognised by. */
import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { Given } from '../tags/given';
import { deviceName } from './devices';

export function Belongings({ title, contact, level = 2 }: { title: string; contact: Contact; level?: 2 | 3 }) {
  const { t } = useTranslation();
  const Heading = `h${level}` as const;
  const isEmpty = contact.devices.length === 0 && contact.identities.length === 0;
  return (
    <section>
      <Text component={Heading} size="sm" fw={550} mb={4} style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Text>
      {contact.tags.length > 0 && (
        <div style={{ marginBottom: 4 }}>
          <Given tags={contact.tags} />
        </div>
      )}
      {isEmpty ? (
        <Text size="sm" c="var(--quiet)">
          {t('compare.noBelongings')}
        </Text>
      ) : (
        <List size="sm" style={{ overflowWrap: 'anywhere' }}>
          {contact.identities.map((identity) => (
            <List.Item key={`${identity.field} ${identity.value}`}>{identity.value}</List.Item>
          ))}
          {contact.devices.map((device) => (
            <List.Item key={device.id}>
              {deviceName(device, t)}, {t('devices.sessions', { count: device.sessions })}
            </List.Item>
          ))}
        </List>
      )}
    </section>
  );
}
