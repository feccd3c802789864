/** A text to take along, and the button that takes it. */
import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './start.module.css';

export function Copied({ text, language, where }: { text: string; language: string; where?: string }) {
  const { t } = useTranslation();
  const name = where ?? t('start.policy');
  return (
    <div className={classes.code}>
      <pre tabIndex={0} role="region" aria-label={name} data-language={language}>
        <code>{text.trimEnd()}</code>
      </pre>
      <CopyButton value={text} timeout={2_000}>
        {({ copied, copy }) => (
          <Button variant="default" size="compact-xs" className={classes.copy} onClick={copy} aria-label={`${t(copied ? 'start.copied' : 'start.copy')}: ${name}`} leftSection={copied ? <IconCheck size={12} aria-hidden /> : <IconCopy size={12} aria-hidden />}>
            {t(copied ? 'start.copied' : 'start.copy')}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
