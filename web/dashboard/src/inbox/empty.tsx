/** A view without conversations: what will be here, and the one next step. */
import { Button, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { NothingIcon } from './list';
import type { View } from './types';

interface Props {
  readonly view: View;
  readonly isAsking: boolean;
  readonly onClear: () => void;
}

export function Empty({ view, isAsking, onClear }: Props) {
  const { t } = useTranslation();
  return (
    <Stack p="lg" gap="sm" align="flex-start">
      <Text c="var(--quiet)" component="div">
        <NothingIcon />
      </Text>
      <Text fw={550}>{t(isAsking ? 'inbox.empty.found' : `inbox.empty.${view}`)}</Text>
      <Text size="sm" c="var(--quiet)">
        {t(isAsking ? 'inbox.empty.foundText' : `inbox.empty.${view}Text`)}
      </Text>
      {isAsking && (
        <Button variant="default" onClick={onClear}>
          {t('inbox.empty.clear')}
        </Button>
      )}
      {!isAsking && view === 'open' && (
        <>
          <Button variant="default" component={Link} to="/visitors">
            {t('inbox.empty.visitors')}
          </Button>
          <Button variant="subtle" component={Link} to="/settings/chat">
            {t('inbox.empty.settings')}
          </Button>
        </>
      )}
    </Stack>
  );
}
