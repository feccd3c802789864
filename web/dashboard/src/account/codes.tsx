/** Recovery codes, which are shown once: to be copied, or kept as a file. */
import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { save } from '../transfer/saving';

export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation();
  const text = codes.join('\n');
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">{t('factor.codes')}</Text>
      <Code block>{text}</Code>
      <Group gap={8}>
        <CopyButton value={text} timeout={2_000}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />} onClick={copy}>
              {t(copied ? 'factor.copied' : 'factor.copy')}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => save('openbook-recovery-codes.txt', `${text}\n`, 'text/plain;charset=utf-8')}>
          {t('factor.save')}
        </Button>
      </Group>
    </Stack>
  );
}
