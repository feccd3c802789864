/** The browsers and apps on which the contact was seen. */
import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { Moment } from '../show/time';

export function Devices({ devices }: { devices: Contact['devices'] }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="devices">
      <Title order={2} id="devices" mb={8}>
        {t('devices.title')}
      </Title>
      {devices.length === 0 && (
        <Text size="sm" c="var(--quiet)">
          {t('devices.none')}
        </Text>
      )}
      <Stack gap="sm">
        {devices.map((device) => (
          <div key={device.id}>
            <Text size="sm">
              {[device.app ?? device.browser, device.device, device.os].filter(Boolean).join(', ') || t(`platform.${device.platform}`)}
            </Text>
            <Text size="sm" c="var(--quiet)">
              {t('devices.sessions', { count: device.sessions })}
              {device.last_seen_at !== null && (
                <>
                  {' · '}
                  <Moment at={device.last_seen_at} />
                </>
              )}
            </Text>
          </div>
        ))}
      </Stack>
    </section>
  );
}
