/** The workspace: its name and limits, and the other ones of the person who is signed in. */
import { Badge, Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { api, body } from '../api';
import { type Settings, settingsQuery } from '../collection/settings';
import { meQuery } from '../session/me';
import { Refusal } from '../session/sign-in';
import { Failure } from '../shell/states';
import { Initials } from '../show/initials';
import classes from './frame.module.css';
import { useHere, useMay } from '../show/may';
import { Section, SettingsPage, ToCopy, Waiting } from './page';
import { told } from '../show/toast';

const PER_ADDRESS = 'budget.address_per_hour';
const PER_WORKSPACE = 'budget.workspace_per_hour';

export function WorkspaceScreen() {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  const settings = useQuery(settingsQuery);
  const here = useHere();
  const may = useMay();
  const failed = me.error ?? settings.error;
  return (
    <SettingsPage title={t('settings.part.workspace')} text={t('settings.workspace.text')}>
      {failed ? (
        <Failure inside error={failed} onAgain={() => void Promise.all([me.refetch(), settings.refetch()])} />
      ) : !me.data || !here || !settings.data ? (
        <Waiting label={t('settings.loading')} />
      ) : (
        <>
          {!may('settings:write') && (
            <Text size="sm" mb="sm">
              {t('settings.readOnly', { role: t(`team.role.${here.role}`) })}
            </Text>
          )}
          <Stack gap="md" maw={400}>
            <Name key={here.id} name={here.name} />
            <ToCopy label={t('settings.workspace.id')} text={here.id} />
          </Stack>
          <Zone key={`zone ${here.id}`} settings={settings.data} />
          <Limits key={`limits ${here.id}`} settings={settings.data} />
          <Yours me={me.data} />
        </>
      )}
    </SettingsPage>
  );
}

function Name({ name }: { name: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const [typed, type] = useState(name);
  const rename = useMutation({
    mutationFn: () => body(api.PATCH('/api/workspace', { body: { name: typed } })),
    onSuccess: (fresh) => {
      type(fresh.name);
      told(t('settings.workspace.renamed', { name: fresh.name }));
      return client.invalidateQueries({ queryKey: meQuery.queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group gap={8} wrap="nowrap" align="flex-end">
          <TextInput flex={1} label={t('settings.workspace.name')} required maxLength={100} readOnly={!may('settings:write')} value={typed} onChange={(event) => type(event.currentTarget.value)} />
          {may('settings:write') && (
            <Button type="submit" variant="default" h={30} disabled={typed === name} loading={rename.isPending}>
              {t('settings.save')}
            </Button>
          )}
        </Group>
        <Refusal error={rename.error} />
      </Stack>
    </form>
  );
}

/** In whose days the figures are counted. What the browser knows of zones is the list. */
function Zone({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const zone = String(settings['timezone']);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const save = useMutation({
    mutationFn: async (chosen: string) => (await body(api.PATCH('/api/settings', { body: { timezone: chosen } as never }))) as Settings,
    onSuccess: (fresh) => {
      client.setQueryData(settingsQuery.queryKey, fresh);
      void client.invalidateQueries({ queryKey: ['insight'] });
      told(t('settings.workspace.zoneSaved', { zone: fresh['timezone'] }));
    },
  });
  const shown = save.isPending ? save.variables : zone;
  const isLocked = !may('settings:write');
  const known = [...new Set(['UTC', own, zone, ...Intl.supportedValuesOf('timeZone')])].sort();
  return (
    <Section title={t('settings.workspace.zone')} text={t('settings.workspace.zoneText')}>
      <Stack gap="sm" maw={400}>
        {isLocked ? (
          <TextInput aria-label={t('settings.workspace.zone')} readOnly value={shown} />
        ) : (
          <Select size="xs" aria-label={t('settings.workspace.zone')} searchable selectFirstOptionOnChange allowDeselect={false} nothingFoundMessage={t('settings.workspace.noZone')} limit={100} data={known} value={shown} onChange={(chosen) => chosen && chosen !== zone && save.mutate(chosen)} />
        )}
        {!isLocked && shown !== own && (
          <Group>
            <Button variant="default" onClick={() => save.mutate(own)}>
              {t('settings.workspace.zoneOwn', { zone: own })}
            </Button>
          </Group>
        )}
        <Refusal error={save.error} />
      </Stack>
    </Section>
  );
}

function Limits({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const [address, setAddress] = useState<number | string>(Number(settings[PER_ADDRESS]));
  const [all, setAll] = useState<number | string>(Number(settings[PER_WORKSPACE]));
  const [url, setUrl] = useState(String(settings['public_url'] ?? ''));
  const isSame = address === settings[PER_ADDRESS] && all === settings[PER_WORKSPACE] && url === (settings['public_url'] ?? '');
  const save = useMutation({
    mutationFn: async () =>
      (await body(
        api.PATCH('/api/settings', {
          body: { [PER_ADDRESS]: address === '' ? null : address, [PER_WORKSPACE]: all === '' ? null : all, public_url: url || null } as never,
        }),
      )) as Settings,
    onSuccess: (fresh) => {
      setAddress(Number(fresh[PER_ADDRESS]));
      setAll(Number(fresh[PER_WORKSPACE]));
      setUrl(String(fresh['public_url'] ?? ''));
      client.setQueryData(settingsQuery.queryKey, fresh);
      told(t('settings.workspace.limitsSaved'));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const isLocked = !may('settings:write');
  const number = { size: 'xs', min: 0, allowDecimal: false, allowNegative: false, thousandSeparator: ' ', hideControls: true, readOnly: isLocked, styles: { input: { maxWidth: 180 } } } as const;
  return (
    <Section title={t('settings.workspace.limits')} text={t('settings.workspace.limitsText')}>
      <form onSubmit={submit}>
        <Stack gap="md" maw={400}>
          <NumberInput {...number} label={t('settings.workspace.perAddress')} value={address} onChange={setAddress} />
          <NumberInput {...number} label={t('settings.workspace.perWorkspace')} value={all} onChange={setAll} />
          <TextInput label={t('settings.workspace.publicUrl')} description={t('settings.workspace.publicUrlText')} placeholder="https://chat.example.com" readOnly={isLocked} value={url} onChange={(event) => setUrl(event.currentTarget.value)} />
          <Refusal error={save.error} />
          {!isLocked && (
            <Group>
              <Button type="submit" variant="default" disabled={isSame} loading={save.isPending}>
                {t('settings.save')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}

function Yours({ me }: { me: Schemas['Me'] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('');
  // Everything that was read is of the other workspace.
  const enter = (fresh: Schemas['Me']) => {
    client.setQueryData(meQuery.queryKey, fresh);
    void client.resetQueries({ predicate: (one) => one.queryKey[0] !== meQuery.queryKey[0] });
  };
  const go = useMutation({
    mutationFn: (id: string) => body(api.PUT('/api/me/workspace', { body: { workspace: id } })),
    onSuccess: enter,
  });
  const make = useMutation({
    mutationFn: () => body(api.POST('/api/workspaces', { body: { name } })),
    onSuccess: (fresh) => {
      enter(fresh);
      setName('');
      told(t('settings.workspace.made', { name }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Section title={t('settings.workspace.yours')}>
      <Refusal error={go.error} />
      <ul className={classes.list}>
        {me.workspaces.map((one) => (
          <li key={one.id} className={classes.line}>
            <div className={classes.broken}>
              <Group gap="sm" wrap="nowrap">
                <Initials id={one.id} name={one.name} />
                <div>
                  <Group gap={8}>
                    <Text size="sm" fw={550}>
                      {one.name}
                    </Text>
                    {one.id === me.workspace && <Badge>{t('settings.workspace.here')}</Badge>}
                  </Group>
                  <Text size="sm" c="var(--quiet)">
                    {t(`team.role.${one.role}`)}
                  </Text>
                </div>
              </Group>
            </div>
            {one.id !== me.workspace && (
              <Button variant="default" loading={go.isPending && go.variables === one.id} onClick={() => go.mutate(one.id)}>
                {t('settings.workspace.go')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {me.workspaces.some((one) => one.role === 'owner') && (
        <form onSubmit={submit}>
          <Stack gap="sm" mt="md" maw={400}>
            <Group gap={8} wrap="nowrap" align="flex-end">
              <TextInput flex={1} label={t('settings.workspace.make')} description={t('settings.workspace.makeText')} required maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
              <Button type="submit" variant="default" h={30} disabled={!name.trim()} loading={make.isPending}>
                {t('settings.workspace.create')}
              </Button>
            </Group>
            <Refusal error={make.error} />
          </Stack>
        </form>
      )}
    </Section>
  );
}
