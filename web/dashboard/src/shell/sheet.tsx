/** The map of the keys: what each does on every screen, on this one, and inside lists and menus. */
import { Group, Kbd, Modal, Stack, Switch, Text } from '@mantine/core';
import { useContext, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listed, Switched } from './shortcuts';

const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
const ALWAYS = new Set(['Escape']);

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function Sheet({ opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('shortcut.title')} size="md" closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Map />
    </Modal>
  );
}

function Map() {
  const { t } = useTranslation();
  const { on, set } = useContext(Switched);
  const [all] = useState(listed);
  const isEverywhere = (one: (typeof all)[number]) => one.isEverywhere || one.keys.startsWith('g ');
  const here = all.filter((one) => !isEverywhere(one) && !ALWAYS.has(one.keys));
  return (
    <Stack gap="md">
      <Part
        title={t('sheet.everywhere')}
        lines={[
          [`${MOD} K`, t('palette.title')],
          ...all.filter(isEverywhere).map((one) => [one.keys, one.about] as const),
          ['Esc', t('sheet.escape')],
        ]}
      />
      {here.length > 0 && <Part title={t('sheet.here')} lines={here.map((one) => [one.keys, one.about] as const)} />}
      <Part
        title={t('sheet.lists')}
        lines={[
          ['↑ ↓', t('sheet.arrows')],
          ['Home End', t('sheet.first')],
          ['Enter', t('sheet.enter')],
          ['Tab', t('sheet.tab')],
        ]}
      />
      <Switch size="xs" checked={on} onChange={(event) => set(event.currentTarget.checked)} label={t('shortcut.on')} />
    </Stack>
  );
}

function Part({ title, lines }: { title: string; lines: readonly (readonly [string, string])[] }) {
  return (
    <section>
      <Text component="h3" size="sm" fw={550} mb={4}>
        {title}
      </Text>
      <Stack gap={6}>
        {lines.map(([keys, about]) => (
          <Group key={keys} justify="space-between" wrap="nowrap">
            <Text size="sm">{about}</Text>
            <Group gap={4} wrap="nowrap">
              {keys.split(' ').map((key) => (
                <Kbd key={key} size="sm">
                  {key}
                </Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </section>
  );
}
