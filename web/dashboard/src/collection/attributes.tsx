/** Values of the workspace's own: which there are, of what type, and who may write them. */
import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from '../session/sign-in';
import classes from '../settings/frame.module.css';
import { Section } from '../settings/page';
import { type Settings, useChangeSettings } from './settings';

const PREFIX = 'attribute.';
const TYPES = ['text', 'number', 'flag', 'time'] as const;
/** Trusts that may be asked for: 1 anybody, 3 a signature, 4 a server or the team. */
const FLOORS = [1, 3, 4] as const;

interface Attribute {
  readonly type: string;
  readonly floor: number;
}

export function Attributes({ settings, isLocked }: { settings: Settings; isLocked: boolean }) {
  const { t } = useTranslation();
  const change = useChangeSettings();
  const [removing, remove] = useState<string | null>(null);
  const declared = Object.entries(settings)
    .filter(([key, value]) => key.startsWith(PREFIX) && value !== null)
    .map(([key, value]) => [key.slice(PREFIX.length), value as Attribute] as const);
  return (
    <Section title={t('collection.attributes.title')} text={t('collection.attributes.text')}>
      {declared.length > 0 && (
        <ul className={classes.list}>
          {declared.map(([name, one]) => (
            <li key={name} className={classes.line}>
              <div className={classes.broken}>
                <Text size="sm" fw={550}>
                  {name}
                </Text>
                <Text size="sm" c="var(--quiet)">
                  {t(`collection.attributes.type.${one.type}`)} · {t(`collection.attributes.floor.${one.floor}`)}
                </Text>
              </div>
              {!isLocked && (
                <Button variant="default" onClick={() => remove(name)}>
                  {t('collection.attributes.remove')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {!isLocked && <Declare taken={declared.map(([name]) => name)} />}
      <Modal opened={removing !== null} onClose={() => remove(null)} title={t('collection.attributes.removeTitle', { name: removing })} size="sm" closeButtonProps={{ 'aria-label': t('act.close') }}>
        <Stack gap="md">
          <Text size="sm">{t('collection.attributes.removeText')}</Text>
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={() => remove(null)}>
              {t('act.keep')}
            </Button>
            <Button
              onClick={() => {
                change.mutate({ [`${PREFIX}${removing}`]: null });
                remove(null);
              }}
            >
              {t('collection.attributes.remove')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Section>
  );
}

function Declare({ taken }: { taken: readonly string[] }) {
  const { t } = useTranslation();
  const change = useChangeSettings();
  const [name, setName] = useState('');
  const [type, setType] = useState<string>('text');
  const [floor, setFloor] = useState('3');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ [`${PREFIX}${name}`]: { type, floor: Number(floor) } }, { onSuccess: () => setName('') });
  };
  return (
    <form onSubmit={submit}>
      <Group gap={8} mt="md" align="flex-end">
        <TextInput label={t('collection.attributes.name')} placeholder="plan" required maxLength={64} value={name} onChange={(event) => setName(event.currentTarget.value)} error={taken.includes(name) && t('collection.attributes.taken')} />
        <Select size="xs" w={140} allowDeselect={false} label={t('collection.attributes.typeLabel')} value={type} onChange={(value) => value && setType(value)} data={TYPES.map((one) => ({ value: one, label: t(`collection.attributes.type.${one}`) }))} />
        <Select size="xs" w={240} allowDeselect={false} label={t('collection.attributes.floorLabel')} value={floor} onChange={(value) => value && setFloor(value)} data={FLOORS.map((one) => ({ value: String(one), label: t(`collection.attributes.floor.${one}`) }))} />
        <Button type="submit" variant="default" h={30} disabled={!name || taken.includes(name)} loading={change.isPending}>
          {t('collection.attributes.add')}
        </Button>
      </Group>
      <Refusal error={change.error} />
    </form>
  );
}
