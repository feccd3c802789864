/** What can be done with those who are picked. It stands where the conditions stood. */
import { ActionIcon, Button, Group, Menu, Popover, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertOctagon, IconCircleCheck, IconDots, IconDownload, IconMailOff, IconTag, IconTagOff, IconTrash, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Question } from '../contacts/found';
import type { Picking } from '../contacts/picking';
import { useShortcut } from '../shell/shortcuts';
import { useMay } from '../show/may';
import { TagPicker } from '../tags/picker';
import classes from './bar.module.css';
import { useBegin } from './beginning';
import { Deleting } from './deleting';
import { useExport } from './exporting';
import { howMany, whom } from './whom';

interface Props {
  readonly picking: Picking;
  readonly question: Question;
  readonly count: { count: number; about: boolean } | undefined;
  readonly columns: readonly string[];
}

export function PickedBar({ picking, question, count, columns }: Props) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const [isDeleting, deleting] = useDisclosure(false);
  const [tagging, tag] = useState<'tag' | 'untag' | null>(null);
  const begin = useBegin(picking.none);
  const exporting = useExport(columns);
  const { picked } = picking;
  const about = whom(picked, question);
  const many = howMany(picked, count);
  const said = (number: number, isAbout: boolean) => {
    const written = number.toLocaleString(i18n.language);
    return isAbout ? t('contacts.about', { number: written }) : written;
  };
  const toFile = () => exporting.mutate({ ...about, isWhole: false });
  const mayDelete = may('contacts:delete');
  const mayExport = may('export');
  const mayWrite = may('contacts:write');
  useShortcut('e', t('bulk.export'), () => mayExport && toFile());
  useShortcut('s', t('bulk.spam'), () => mayWrite && begin.mutate({ ...about, action: 'spam' }));
  useShortcut('t', t('bulk.tag'), () => mayWrite && tag('tag'));
  useShortcut('#', t('bulk.delete'), () => mayDelete && deleting.open());
  const isMore = count !== undefined && !picked.isAll && count.count > picked.ids.size;
  return (
    <Group className={classes.bar} gap={8} role="group" aria-label={t('bulk.title')}>
      <Text size="sm" fw={550} aria-live="polite">
        {many ? t('bulk.picked', { count: many.number, number: said(many.number, many.about) }) : t('bulk.allPicked')}
      </Text>
      {isMore && (
        <Button variant="subtle" onClick={picking.all}>
          {t('bulk.all', { number: said(count.count, count.about) })}
        </Button>
      )}
      <Tooltip label={t('pick.none')}>
        <ActionIcon aria-label={t('pick.none')} onClick={picking.none}>
          <IconX size={14} />
        </ActionIcon>
      </Tooltip>
      <Group gap={8} ml="auto" wrap="nowrap">
        {mayWrite && (
          <Popover opened={tagging !== null} onChange={(opened) => !opened && tag(null)} trapFocus returnFocus position="bottom-end" width={240}>
            <Popover.Target>
              <Button variant="default" leftSection={<IconTag size={14} aria-hidden />} onClick={() => tag(tagging ? null : 'tag')}>
                {t('bulk.tag')}
              </Button>
            </Popover.Target>
            <Popover.Dropdown p={8} aria-label={t(`bulk.${tagging ?? 'tag'}`)}>
              <TagPicker
                label={t(`bulk.${tagging ?? 'tag'}`)}
                makes={tagging !== 'untag'}
                onClose={() => tag(null)}
                onPick={({ id }) => {
                  tag(null);
                  begin.mutate({ ...about, action: tagging ?? 'tag', tag: id });
                }}
              />
            </Popover.Dropdown>
          </Popover>
        )}
        {mayWrite && (
          <Button variant="default" leftSection={<IconAlertOctagon size={14} aria-hidden />} loading={begin.isPending} onClick={() => begin.mutate({ ...about, action: 'spam' })}>
            {t('bulk.spam')}
          </Button>
        )}
        {mayExport && (
          <Button variant="default" leftSection={<IconDownload size={14} aria-hidden />} loading={exporting.isPending} onClick={toFile}>
            {t('bulk.export')}
          </Button>
        )}
        {(mayWrite || mayDelete) && (
          <Menu withinPortal={false} withInitialFocusPlaceholder={false} position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={30} aria-label={t('bulk.more')}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {mayWrite && (
                <>
                  <Menu.Item leftSection={<IconCircleCheck size={14} aria-hidden />} onClick={() => begin.mutate({ ...about, action: 'not_spam' })}>
                    {t('bulk.notSpam')}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconTagOff size={14} aria-hidden />} onClick={() => tag('untag')}>
                    {t('bulk.untag')}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconMailOff size={14} aria-hidden />} onClick={() => begin.mutate({ ...about, action: 'unsubscribe' })}>
                    {t('bulk.unsubscribe')}
                  </Menu.Item>
                </>
              )}
              {mayExport && (
                <Menu.Item leftSection={<IconDownload size={14} aria-hidden />} onClick={() => exporting.mutate({ ...about, isWhole: true })}>
                  {t('bulk.exportWhole')}
                </Menu.Item>
              )}
              {mayDelete && (
                <Menu.Item leftSection={<IconTrash size={14} aria-hidden />} onClick={deleting.open}>
                  {t('bulk.delete')}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      <Deleting opened={isDeleting} onClose={deleting.close} number={many?.number ?? 0} said={many ? said(many.number, many.about) : ''} onDelete={() => begin.mutate({ ...about, action: 'delete' })} />
    </Group>
  );
}
