/** What can be done with the whole list: a file of it, or contacts from a file. */
import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconDots, IconDownload, IconUpload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useExport } from '../bulk/exporting';
import { useUnderWay } from '../bulk/under-way';
import { useShortcut } from '../shell/shortcuts';
import { useMay } from '../show/may';
import type { Question } from './found';

export function ListMenu({ question, columns }: { question: Question; columns: readonly string[] }) {
  const { t } = useTranslation();
  const may = useMay();
  const exporting = useExport(columns);
  const [isOpen, menu] = useDisclosure(false);
  useUnderWay();
  useShortcut('e', t('list.more'), menu.open);
  if (!may('export') && !may('import')) return null;
  return (
    <Menu opened={isOpen} onChange={(opened) => (opened ? menu.open() : menu.close())} withinPortal={false} withInitialFocusPlaceholder={false} position="bottom-end">
      <Menu.Target>
        <Tooltip label={t('list.more')}>
          <ActionIcon variant="default" size={30} aria-label={t('list.more')}>
            <IconDots size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {may('export') && (
          <>
            <Menu.Item leftSection={<IconDownload size={14} aria-hidden />} disabled={exporting.isPending} onClick={() => exporting.mutate({ ...question, isWhole: false })}>
              {t('list.export')}
            </Menu.Item>
            <Menu.Item leftSection={<IconDownload size={14} aria-hidden />} disabled={exporting.isPending} onClick={() => exporting.mutate({ ...question, isWhole: true })}>
              {t('list.exportWhole')}
            </Menu.Item>
          </>
        )}
        {may('import') && (
          <Menu.Item component={Link} to="/contacts/import" leftSection={<IconUpload size={14} aria-hidden />}>
            {t('list.import')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
