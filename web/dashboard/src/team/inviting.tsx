/** Inviting somebody: to which address, as what; where no mail goes out, the link to hand over. */
import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { useHere } from '../show/may';
import { ToCopy } from '../settings/page';
import { Sure } from '../settings/sure';
import { ROLES, type Role, TEAM } from './roles';

export function Inviting({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('team.inviteTitle')} closeButtonProps={{ 'aria-label': t('act.close') }}>
      <Invitation />
    </Modal>
  );
}

function Invitation() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const here = useHere();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('agent');
  const mail = useQuery({ queryKey: ['mail'], queryFn: () => body(api.GET('/api/mail')) });
  const invite = useMutation({
    mutationFn: (values: { email: string; role: Role }) => body(api.POST('/api/team/invitations', { body: values })),
    onSuccess: () => client.invalidateQueries({ queryKey: TEAM }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate({ email, role });
  };
  const again = () => {
    invite.reset();
    setEmail('');
  };
  if (invite.data) {
    const { invitation, url } = invite.data;
    return (
      <Stack gap="md" role="status">
        <Text size="sm">{t(url ? 'team.notMailed' : 'team.mailed', { email: invitation.email })}</Text>
        {url && <ToCopy label={t('team.link')} text={url} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={again}>
            {t('team.another')}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput data-autofocus type="email" required autoComplete="off" label={t('team.email')} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <Radio.Group label={t('team.roleLabel')} size="xs" value={role} onChange={(value) => setRole(value as Role)}>
          <Stack gap={8} mt={8}>
            {ROLES.filter((one) => one !== 'owner' || here?.role === 'owner').map((one) => (
              <Radio key={one} size="xs" value={one} label={t(`team.role.${one}`)} description={t(`team.may.${one}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {mail.data?.ready === false && (
          <Text size="sm" c="var(--quiet)">
            {t('team.noMail')}
          </Text>
        )}
        <Sure of={invite} />
        <Group justify="flex-end">
          <Button type="submit" loading={invite.isPending}>
            {t(mail.data?.ready ? 'team.send' : 'team.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
