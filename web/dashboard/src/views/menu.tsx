/** The name of the list in front, and from it the way to all the others and to saving this one. */
import { Button, Menu, Text, Title, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck, IconChevronDown, IconDeviceFloppy, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Asked, isAsking } from '../contacts/asked';
import { countQuery, type Question } from '../contacts/found';
import type { LayoutInUse } from '../contacts/layout';
import { useShortcut } from '../shell/shortcuts';
import { useChangedView, useRemoveView } from './changing';
import { useKeptLayout } from './keeping';
import classes from './menu.module.css';
import { viewsQuery } from './query';
import type { View } from './view';
import { SaveView } from './save';
import { useQuestion } from './question';

interface Props {
  readonly view: View | null;
  readonly asked: Asked;
  readonly layout: LayoutInUse;
  /** The address names a view that is not there. */
  readonly isMissing: boolean;
  /** What stands right behind the name. */
  readonly after: ReactNode;
}

export function ViewMenu({ view, asked, layout, isMissing, after }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [isOpen, menu] = useDisclosure(false);
  const [isSaving, saving] = useDisclosure(false);
  const [isNaming, naming] = useDisclosure(false);
  const { data: views } = useQuery(viewsQuery);
  useKeptLayout(view ? null : layout, views);
  const changed = useChangedView(view, asked, layout);
  const remove = useRemoveView();
  useShortcut('v', t('views.title'), menu.open);
  const name = view?.name ?? t('contacts.title');
  const own = views?.items.filter((one) => !one.isShared) ?? [];
  const shared = views?.items.filter((one) => one.isShared) ?? [];
  return (
    <>
      <Menu opened={isOpen} onChange={(opened) => (opened ? menu.open() : menu.close())} withinPortal={false} withInitialFocusPlaceholder={false} position="bottom-start" width={300}>
        <Title order={1}>
          <Menu.Target>
            <UnstyledButton className={classes.name}>
              <span>{name}</span>
              <IconChevronDown size={16} aria-hidden />
            </UnstyledButton>
          </Menu.Target>
        </Title>
        <Menu.Dropdown mah="70vh" className={classes.list}>
          <Entry name={t('views.everybody')} question={{}} isCurrent={!view && !isAsking(asked)} isOpen={isOpen} onGo={() => void navigate({ to: '/contacts', search: {} })} />
          {own.length > 0 && <Menu.Label>{t('views.own')}</Menu.Label>}
          {own.map((one) => (
            <ViewEntry key={one.id} view={one} isCurrent={one.id === view?.id} isOpen={isOpen} />
          ))}
          {shared.length > 0 && <Menu.Label>{t('views.shared')}</Menu.Label>}
          {shared.map((one) => (
            <ViewEntry key={one.id} view={one} isCurrent={one.id === view?.id} isOpen={isOpen} />
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconDeviceFloppy size={14} aria-hidden />} onClick={saving.open}>
            {t('views.saveAs')}
          </Menu.Item>
          {view?.mayChange && (
            <>
              <Menu.Item leftSection={<IconPencil size={14} aria-hidden />} onClick={naming.open}>
                {t('views.rename')}
              </Menu.Item>
              <Menu.Item leftSection={<IconTrash size={14} aria-hidden />} onClick={() => remove.mutate(view)}>
                {t('views.remove')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {after}
      {view?.mayChange && changed.isChanged && (
        <Button variant="subtle" loading={changed.isPending} onClick={changed.save}>
          {t('views.saveChanges')}
        </Button>
      )}
      {!view && isAsking(asked) && (
        <Button variant="subtle" onClick={saving.open}>
          {t('views.save')}
        </Button>
      )}
      {isMissing && (
        <Text size="sm" c="var(--quiet)">
          {t('views.missing')}
        </Text>
      )}
      <SaveView opened={isSaving} onClose={saving.close} asked={asked} layout={layout} />
      {view && <SaveView key={view.id} opened={isNaming} onClose={naming.close} asked={view.asked} layout={view} view={view} />}
    </>
  );
}

function ViewEntry({ view, isCurrent, isOpen }: { view: View; isCurrent: boolean; isOpen: boolean }) {
  const navigate = useNavigate();
  const question = useQuestion(view.asked);
  return <Entry name={view.name} question={question} isCurrent={isCurrent} isOpen={isOpen} onGo={() => void navigate({ to: '/contacts', search: { view: view.id } })} />;
}

interface EntryProps {
  readonly name: string;
  readonly question: Question;
  readonly isCurrent: boolean;
  readonly isOpen: boolean;
  readonly onGo: () => void;
}

/** With how many it finds now: counted when the menu is open, and not before. */
function Entry({ name, question, isCurrent, isOpen, onGo }: EntryProps) {
  const { t, i18n } = useTranslation();
  const { data: count } = useQuery({ ...countQuery(question), enabled: isOpen, staleTime: 15_000 });
  const number = count?.count.toLocaleString(i18n.language);
  return (
    <Menu.Item
      onClick={onGo}
      aria-current={isCurrent || undefined}
      leftSection={<IconCheck size={14} aria-hidden className={isCurrent ? undefined : classes.other} />}
      rightSection={
        <Text size="xs" c="inherit">
          {count && (count.about ? t('contacts.about', { number }) : number)}
        </Text>
      }
    >
      <Text size="sm" truncate>
        {name}
      </Text>
    </Menu.Item>
  );
}
