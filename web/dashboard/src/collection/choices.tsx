/** How it is collected: consent, Global Privacy Control, addresses, parts of page addresses. */
import { Radio, Stack, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './screen.module.css';
import { type Settings, useChangeSettings } from './settings';

const MODES = {
  'consent.mode': ['assumed', 'required'],
  'gpc.mode': ['limit', 'refuse'],
  'ip.mode': ['full', 'truncated', 'anonymous', 'none'],
  'identify.mode': ['off', 'observe', 'enforce'],
  'push.tokens': ['keep', 'drop'],
  'chat.keep': ['6', '12', '24', '36', '60', 'contact'],
} as const;

export function Choices({ settings, isLocked }: { settings: Settings; isLocked: boolean }) {
  const { t } = useTranslation();
  const change = useChangeSettings();
  return (
    <div className={classes.choices}>
      {Object.entries(MODES).map(([name, modes]) => (
        <Radio.Group
          key={name}
          size="sm"
          label={t(`mode.${name.replace('.', '_')}.label`)}
          value={String(settings[name])}
          onChange={(value) => change.mutate({ [name]: value })}
        >
          <Stack gap={8} mt={8}>
            {modes.map((mode) => (
              <Radio key={mode} size="xs" value={mode} disabled={isLocked} label={t(`mode.${name.replace('.', '_')}.${mode}`)} />
            ))}
          </Stack>
        </Radio.Group>
      ))}
      {(['url.keep', 'referrer.exclude'] as const).map((name) => (
        <TagsInput
          key={name}
          size="xs"
          label={t(`mode.${name.replace('.', '_')}.label`)}
          description={t(`mode.${name.replace('.', '_')}.about`)}
          readOnly={isLocked}
          value={settings[name] as string[]}
          onChange={(value) => change.mutate({ [name]: value })}
        />
      ))}
    </div>
  );
}
