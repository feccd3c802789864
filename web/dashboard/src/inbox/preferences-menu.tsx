/** How the inbox behaves for this person in this browser. Nothing is asked of the browser before a click. */
import { ActionIcon, Popover, Stack, Switch, Text, Tooltip } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEnterSends, useNotify } from './preferences';

export function Preferences() {
  const { t } = useTranslation();
  const [enterSends, setEnterSends] = useEnterSends();
  const [isNotified, setNotified] = useNotify();
  const [isRefused, refuse] = useState(false);
  const isAble = 'Notification' in window;
  const notify = async (wanted: boolean) => {
    if (wanted && (await Notification.requestPermission()) !== 'granted') {
      refuse(true);
      return setNotified(false);
    }
    refuse(false);
    setNotified(wanted);
  };
  return (
    <Popover position="bottom-end" width={280} trapFocus withinPortal={false}>
      <Popover.Target>
        <Tooltip label={t('inbox.preferences')}>
          <ActionIcon aria-label={t('inbox.preferences')}>
            <IconAdjustmentsHorizontal size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('inbox.preferences')}>
        <Stack gap="md">
          <Switch size="xs" checked={enterSends} onChange={(event) => setEnterSends(event.currentTarget.checked)} label={<Said title={t('inbox.enterToSend')} text={t('inbox.enterToSendText')} />} />
          {isAble && (
            <Switch
              size="xs"
              checked={isNotified && Notification.permission === 'granted'}
              onChange={(event) => void notify(event.currentTarget.checked)}
              label={<Said title={t('inbox.notify')} text={t('inbox.notifyText')} />}
            />
          )}
          {isRefused && (
            <Text size="xs" role="alert" c="var(--refused)">
              {t('inbox.notifyRefused')}
            </Text>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Said({ title, text }: { title: string; text: string }) {
  return (
    <>
      {title}
      <Text size="xs" c="var(--quiet)">
        {text}
      </Text>
    </>
  );
}
