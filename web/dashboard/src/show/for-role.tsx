/** What stands in place of a screen that is not for the role: nothing is asked that would be refused. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Scope, useMay } from './may';

export function NotForRole({ title }: { title: string }) {
  const { t } = useTranslation();
  useDocumentTitle(`${title} · openbook`);
  return (
    <Stack component="main" p="md" gap="sm" maw={600}>
      <Title order={1}>{title}</Title>
      <Text c="var(--quiet)">{t('forRole.text')}</Text>
      <Group>
        <Button variant="default" component={Link} to="/contacts">
          {t('lost.back')}
        </Button>
      </Group>
    </Stack>
  );
}

export function ForRole({ scope, title, children }: { scope: Scope; title: string; children: ReactNode }) {
  const may = useMay();
  return may(scope) ? children : <NotForRole title={title} />;
}
