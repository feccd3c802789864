/** How far a file is, and a way to stop. */
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Far } from './bringing';

export function Way({ far, isTrial, onStop }: { far: Far | null; isTrial: boolean; onStop: () => void }) {
  const { t, i18n } = useTranslation();
  const rows = (far?.report.rows ?? 0).toLocaleString(i18n.language);
  return (
    <Stack gap={8} maw={560}>
      <Group justify="space-between">
        <Text>{t(isTrial ? 'import.checking' : 'import.bringing', { rows })}</Text>
        <Button variant="subtle" onClick={onStop}>
          {t('import.stop')}
        </Button>
      </Group>
      <Progress value={far?.size ? (100 * far.read) / far.size : 0} aria-label={t('import.far')} transitionDuration={200} />
      {!isTrial && (
        <Text size="sm" c="var(--quiet)">
          {t('import.stay')}
        </Text>
      )}
    </Stack>
  );
}
