/** The browsers and apps on which the contact was seen, each with its sessions. */
import { ActionIcon, CopyButton, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api';
import { Moment } from '../show/time';
import classes from './aside.module.css';

type Device = Contact['devices'][number];

export function Devices({ devices }: { devices: readonly Device[] }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="devices">
      <Title order={2} id="devices" mb={8}>
        {t('devices.title')}
      </Title>
      {devices.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {t('devices.none')}
        </Text>
      ) : (
        <Stack component="ul" gap="sm">
          {devices.map((device) => (
            <One key={device.id} device={device} />
          ))}
        </Stack>
      )}
    </section>
  );
}

/** "Chrome 142, Windows 11", or what kind of device it is where it does not say. */
export const deviceName = (device: Device, t: (key: string) => string): string =>
  [device.app ?? device.browser, device.device, device.os].filter(Boolean).join(', ') || t(`platform.${device.platform}`);

function One({ device }: { device: Device }) {
  const { t } = useTranslation();
  const Icon = device.platform === 'web' ? IconDeviceDesktop : IconDeviceMobile;
  return (
    <li className={classes.row}>
      <div>
        <Text size="sm" className={classes.line}>
          <Icon size={16} aria-label={t(`platform.${device.platform}`)} />
          <span className={classes.wraps}>{deviceName(device, t)}</span>
        </Text>
        <Text size="sm" c="var(--quiet)" component="div">
          {t('devices.sessions', { count: device.sessions })}
          {device.last_seen_at !== null && (
            <>
              {' · '}
              {t('devices.seen')} <Moment at={device.last_seen_at} />
            </>
          )}
          {device.first_seen_at !== null && device.first_seen_at !== device.last_seen_at && (
            <>
              {' · '}
              {t('devices.first')} <Moment at={device.first_seen_at} />
            </>
          )}
          {device.push && (
            <>
              {' · '}
              {t(device.push.proved ? 'devices.push' : 'devices.pushClaimed')} <Moment at={device.push.handed_at} />
            </>
          )}
        </Text>
      </div>
      <CopyButton value={device.anonymous_id}>
        {({ copied, copy }) => (
          <Tooltip label={t(copied ? 'devices.copied' : 'devices.copy')}>
            <ActionIcon size={24} aria-label={t(copied ? 'devices.copied' : 'devices.copy')} onClick={copy}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </li>
  );
}
