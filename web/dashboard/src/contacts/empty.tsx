/** What the list says when there is nobody to show. */
import { Anchor, Button, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import classes from '../shell/states.module.css';

export function NobodyFound({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" align="flex-start" className={classes.state}>
      <Title order={2}>{t('empty.found.title')}</Title>
      <Text c="var(--quiet)">{t('empty.found.text')}</Text>
      <Button variant="default" onClick={onClear}>
        {t('empty.found.clear')}
      </Button>
    </Stack>
  );
}

export function NobodyYet() {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" align="flex-start" className={classes.state}>
      <Title order={2}>{t('empty.yet.title')}</Title>
      <Text c="var(--quiet)">{t('empty.yet.text')}</Text>
      <Button component="a" href="/demo" target="_blank" rel="noopener">
        {t('empty.yet.demo')}
      </Button>
      <Anchor component={Link} to="/start">
        {t('empty.yet.snippet')}
      </Anchor>
      <Anchor component={Link} to="/contacts/import">
        {t('empty.yet.import')}
      </Anchor>
    </Stack>
  );
}
