/** What the screens of the settings have in common: the head, sections, rows while they load, texts to copy. */
import { Button, CopyButton, Group, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './frame.module.css';

interface Page {
  readonly title: string;
  readonly text: string;
  /** The one thing to do here, beside the title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

export function SettingsPage({ title, text, action, children }: Page) {
  useDocumentTitle(`${title} · openbook`);
  return (
    <main className={classes.screen}>
      <Group justify="space-between" mb={4} gap="sm">
        <Title order={1}>{title}</Title>
        {action}
      </Group>
      <Text c="var(--quiet)" mb="lg" maw={600}>
        {text}
      </Text>
      {children}
    </main>
  );
}

export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <Title order={2} id={id} mb={4}>
        {title}
      </Title>
      {text && (
        <Text size="sm" c="var(--quiet)" mb="sm" maw={600}>
          {text}
        </Text>
      )}
      {children}
    </section>
  );
}

export function Waiting({ label, rows = 3 }: { label: string; rows?: number }) {
  return (
    <Stack gap="md" aria-busy aria-label={label} role="group">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} h={36} w={`${90 - ((index * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

/** A text that is to be taken along whole, with the button that does it. */
export function ToCopy({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation();
  return (
    <Group gap={8} wrap="nowrap" align="flex-end">
      <TextInput
        flex={1}
        readOnly
        label={label}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button variant="default" h={30} leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />} onClick={copy}>
            {t(copied ? 'settings.copied' : 'settings.copy')}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
