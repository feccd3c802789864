/** Who may sign in here: members and their roles, and who is invited. */
import { Badge, Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../client/src';
import { api, body } from '../api';
import { meQuery } from '../session/me';
import classes from '../settings/frame.module.css';
import { useHere, useMay } from '../show/may';
import { Section, SettingsPage, Waiting } from '../settings/page';
import { Sure } from '../settings/sure';
import { Failure } from '../shell/states';
import { Initials } from '../show/initials';
import { Moment } from '../show/time';
import { Inviting } from './inviting';
import { ROLES, TEAM, type Role } from './roles';
import { told } from '../show/toast';

type Member = Schemas['Member'];

export function TeamScreen() {
  const { t } = useTranslation();
  const may = useMay();
  const here = useHere();
  const [isInviting, setInviting] = useState(false);
  const team = useQuery({ queryKey: TEAM, queryFn: () => body(api.GET('/api/team')) });
  const owners = team.data?.members.filter((one) => one.role === 'owner').length ?? 0;
  const mayChange = may('team:write');
  return (
    <SettingsPage title={t('team.title')} text={t('team.text')} action={mayChange && <Button onClick={() => setInviting(true)}>{t('team.invite')}</Button>}>
      {team.isError ? (
        <Failure inside error={team.error} onAgain={() => void team.refetch()} />
      ) : !team.data ? (
        <Waiting label={t('team.loading')} />
      ) : (
        <>
          {!mayChange && here && (
            <Text size="sm" mb="sm">
              {t('team.readOnly', { role: t(`team.role.${here.role}`) })}
            </Text>
          )}
          <ul className={classes.list} aria-label={t('team.members', { count: team.data.members.length })}>
            {team.data.members.map((member) => (
              <Line key={member.id} member={member} isLast={member.role === 'owner' && owners === 1} />
            ))}
          </ul>
          {team.data.invitations.length > 0 && <Invitations all={team.data.invitations} />}
          <Section title={t('team.roles')}>
            <dl className={classes.facts}>
              {ROLES.map((role) => (
                <Meaning key={role} role={role} />
              ))}
            </dl>
          </Section>
        </>
      )}
      <Inviting opened={isInviting} onClose={() => setInviting(false)} />
    </SettingsPage>
  );
}

function Meaning({ role }: { role: Role }) {
  const { t } = useTranslation();
  return (
    <>
      <dt>{t(`team.role.${role}`)}</dt>
      <dd>{t(`team.may.${role}`)}</dd>
    </>
  );
}

function Line({ member, isLast }: { member: Member; isLast: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const here = useHere();
  const client = useQueryClient();
  const [isAsking, ask] = useState(false);
  const isOthers = member.role === 'owner' && here?.role !== 'owner';
  const fresh = () => client.invalidateQueries({ queryKey: TEAM });
  const change = useMutation({
    mutationFn: (role: Role) => api.PATCH('/api/team/{user_id}', { params: { path: { user_id: member.id } }, body: { role } }),
    onSuccess: (_, role) => {
      told(t('team.changed', { name: member.name, role: t(`team.role.${role}`) }));
      if (member.you) void client.invalidateQueries({ queryKey: meQuery.queryKey });
      return fresh();
    },
  });
  const remove = useMutation({
    mutationFn: (_: void) => api.DELETE('/api/team/{user_id}', { params: { path: { user_id: member.id } } }),
    onSuccess: () => {
      ask(false);
      told(t('team.removed', { name: member.name }));
      // Who left sees another workspace, or none: everything is asked anew.
      return member.you ? client.resetQueries() : fresh();
    },
  });
  const choices = ROLES.filter((role) => role !== 'owner' || here?.role === 'owner');
  const why = isOthers ? t('team.ownersOnly') : isLast ? t('team.lastOwner') : null;
  return (
    <li className={classes.line}>
      <div>
        <Group gap="sm" wrap="nowrap">
          <Initials id={member.id} name={member.name} />
          <div className={classes.broken}>
            <Group gap={8}>
              <Text size="sm" fw={550}>
                {member.name}
              </Text>
              {member.you && <Badge>{t('team.you')}</Badge>}
            </Group>
            <Text size="sm" c="var(--quiet)">
              {member.email} · {t(member.second_factor ? 'team.twoFactors' : 'team.oneFactor')} · {t('team.joined')} <Moment at={member.joined_at} />
            </Text>
            {may('team:write') && why && (
              <Text size="sm" c="var(--quiet)">
                {why}
              </Text>
            )}
            <Sure of={change} />
          </div>
        </Group>
      </div>
      {may('team:write') && !why ? (
        <Select
          size="xs"
          w={140}
          allowDeselect={false}
          aria-label={t('team.roleOf', { name: member.name })}
          disabled={change.isPending}
          value={change.isPending ? change.variables : member.role}
          data={choices.map((role) => ({ value: role, label: t(`team.role.${role}`) }))}
          onChange={(role) => role && role !== member.role && change.mutate(role as Role)}
        />
      ) : (
        <Text size="sm">{t(`team.role.${member.role}`)}</Text>
      )}
      {(may('team:write') || member.you) && !isLast && !(isOthers && !member.you) && (
        <Button variant="default" onClick={() => ask(true)}>
          {t(member.you ? 'team.leave' : 'team.remove')}
        </Button>
      )}
      <Modal opened={isAsking} onClose={() => ask(false)} title={member.you ? t('team.leaveTitle') : t('team.removeWhom', { name: member.name })} size="sm" closeButtonProps={{ 'aria-label': t('act.close') }}>
        <Stack gap="md">
          <Text size="sm">{t(member.you ? 'team.leaveText' : 'team.removeText')}</Text>
          <Sure of={remove} />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={() => ask(false)}>
              {t('act.keep')}
            </Button>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t(member.you ? 'team.leave' : 'team.remove')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </li>
  );
}

function Invitations({ all }: { all: readonly Schemas['ShownInvitation'][] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const takeBack = useMutation({
    mutationFn: (one: Schemas['ShownInvitation']) => api.DELETE('/api/team/invitations/{invitation_id}', { params: { path: { invitation_id: one.id } } }),
    onSuccess: (_, one) => {
      told(t('team.takenBack', { email: one.email }));
      return client.invalidateQueries({ queryKey: TEAM });
    },
  });
  return (
    <Section title={t('team.invitations')}>
      <Sure of={takeBack} />
      <ul className={classes.list}>
        {all.map((one) => (
          <li key={one.id} className={classes.line}>
            <div className={classes.broken}>
              <Text size="sm">{one.email}</Text>
              <Text size="sm" c="var(--quiet)">
                {t(`team.role.${one.role}`)} · {t('team.ends')} <Moment at={one.expires_at} />
              </Text>
            </div>
            <Button variant="default" loading={takeBack.isPending && takeBack.variables.id === one.id} onClick={() => takeBack.mutate(one)}>
              {t('team.takeBack')}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
