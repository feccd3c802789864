/** Says to whoever came by a link of the server, and has nothing else to sign in with, how to come back. */
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { meQuery } from '../session/me';
import classes from './start.module.css';

export function WayBack() {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const { data: ways } = useQuery({ queryKey: ['ways'], queryFn: () => body(api.GET('/api/sign-in')) });
  const hasNone = me?.person.has_password === false && ways?.mail === false && !ways.provider;
  const { data: passkeys } = useQuery({ queryKey: ['passkeys'], queryFn: () => body(api.GET('/api/me/passkeys')), enabled: hasNone });
  if (!hasNone || passkeys?.items.length !== 0) return null;
  return (
    <Text size="sm" mt="md" maw={560} className={classes.note}>
      {t('start.back.text')}{' '}
      <Anchor component={Link} to="/account" inherit c="inherit" underline="always">
        {t('start.back.set')}
      </Anchor>
      .
    </Text>
  );
}
