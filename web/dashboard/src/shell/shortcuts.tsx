/** Keys: what the screen in front can do by one, one listener for all, and the sheet that shows them.
 *
 * Single keys do nothing while somebody types, and can be switched off (WCAG 2.1.4).
 */
import { Group, Kbd, Modal, Stack, Switch, Text } from '@mantine/core';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKept } from '../contacts/kept';

interface Shortcut {
  readonly keys: string;
  readonly about: string;
  readonly act: () => void;
}

/** The newest entry of a key wins: a dialog in front takes it from the screen behind. */
const active: Shortcut[] = [];
const Switched = createContext<{ on: boolean; set: (on: boolean) => void }>({ on: true, set: () => {} });
const PREFIX_MS = 1_000;

/** `keys`: one key, or two after each other as in `g c`. */
export function useShortcut(keys: string, about: string, act: () => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const entry: Shortcut = { keys, about, act: () => latest.current() };
    active.push(entry);
    return () => void active.splice(active.indexOf(entry), 1);
  }, [keys, about]);
}

export function Keys({ children }: { children: ReactNode }) {
  const [on, set] = useKept('shortcuts', true);
  useEffect(() => {
    if (!on) return;
    let before = '';
    let since = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event)) return;
      const now = performance.now();
      const both = now - since < PREFIX_MS ? `${before} ${event.key}` : '';
      const found = active.findLast((one) => one.keys === both) ?? active.findLast((one) => one.keys === event.key);
      before = event.key;
      since = now;
      if (!found) return;
      event.preventDefault();
      before = '';
      found.act();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [on]);
  return <Switched.Provider value={{ on, set }}>{children}</Switched.Provider>;
}

/** Whether the key belongs to what has the focus: a text, a button that Enter presses, a dialog. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (target.closest('input, textarea, select, [contenteditable], [role=dialog]')) return true;
  return event.key === 'Enter' && target.closest('a, button') !== null;
}

export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('shortcut.title')} size="sm" closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Sheet />
    </Modal>
  );
}

function Sheet() {
  const { t } = useTranslation();
  const { on, set } = useContext(Switched);
  const [listed] = useState(() => [...new Map(active.map((one) => [one.keys, one])).values()]);
  return (
    <Stack gap={8}>
      <Line keys="Ctrl K" about={t('palette.title')} />
      {listed.map((one) => (
        <Line key={one.keys} keys={one.keys} about={one.about} />
      ))}
      <Switch size="xs" mt="sm" checked={on} onChange={(event) => set(event.currentTarget.checked)} label={t('shortcut.on')} />
    </Stack>
  );
}

function Line({ keys, about }: { keys: string; about: string }) {
  return (
    <Group justify="space-between">
      <Text size="sm">{about}</Text>
      <Group gap={4}>
        {keys.split(' ').map((key) => (
          <Kbd key={key} size="sm">
            {key}
          </Kbd>
        ))}
      </Group>
    </Group>
  );
}
