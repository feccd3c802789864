/** The frame of every screen: where one can go, and the actions that are always at hand. */
import { ActionIcon, Burger, Group, Kbd, Menu, Stack, Text, Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconAddressBook, IconAdjustments, IconChartBar, IconCommand, IconEye, IconInbox, IconKeyboard, IconLanguage, IconMap2, IconMoon, IconSearch, IconShieldCheck, IconSun, IconSunMoon } from '@tabler/icons-react';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api';
import { onLeft, tellLeft } from '../session/left';
import { meQuery } from '../session/me';
import { Initials } from '../show/initials';
import { undoLast } from '../show/undo';
import { choose, type Language, LANGUAGES } from '../text';
import { fetched } from '../fetched';
import { InboxCount, InboxLine, InboxViews } from '../inbox/door';
import { Live } from '../live/door';
import { useFocusKept } from './focus';
import { openPalette, PaletteWhenAsked } from './palette-door';
import { ShortcutSheet } from './sheet-door';
import { Keys, useShortcut } from './shortcuts';
import classes from './shell.module.css';

const SideDrawer = fetched(async () => (await import('./drawer')).SideDrawer);

export function Shell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isNarrow = useMediaQuery('(max-width: 48em)');
  const [isOpen, menu] = useDisclosure(false);
  const [isSheet, sheet] = useDisclosure(false);
  const wasOpen = useRef(false);
  wasOpen.current ||= isOpen;
  useFocusKept();
  useShortcut('g c', t('shortcut.contacts'), () => void navigate({ to: '/contacts', search: {} }));
  useShortcut('g b', t('shortcut.inbox'), () => void navigate({ to: '/inbox', search: {} }));
  useShortcut('g v', t('shortcut.visitors'), () => void navigate({ to: '/visitors' }));
  useShortcut('g m', t('shortcut.map'), () => void navigate({ to: '/map', search: {} }));
  useShortcut('g i', t('shortcut.insight'), () => void navigate({ to: '/insight', search: {} }));
  useShortcut('g s', t('shortcut.settings'), () => void navigate({ to: '/settings' }));
  useShortcut('?', t('shortcut.help'), sheet.open, true);
  useShortcut('/', t('shortcut.find'), openPalette, true);
  useShortcut('z', t('shortcut.undo'), undoLast, true);

  const places = <Places onGo={menu.close} onSheet={sheet.open} />;
  return (
    <Keys>
      <a href="#screen" className={classes.skip}>
        {t('shell.skip')}
      </a>
      <div className={classes.frame}>
        {isNarrow ? (
          <header className={classes.bar}>
            <Burger size="sm" opened={isOpen} onClick={menu.toggle} aria-label={t('shell.menu')} />
            <Mark />
          </header>
        ) : (
          <nav className={classes.side} aria-label={t('shell.places')}>
            <Mark />
            {places}
          </nav>
        )}
        {isNarrow && wasOpen.current && (
          <Suspense>
            <SideDrawer opened={isOpen} onClose={menu.close} title={<Mark />}>
              {places}
            </SideDrawer>
          </Suspense>
        )}
        <div id="screen" className={classes.screen} tabIndex={-1}>
          <Outlet />
        </div>
      </div>
      <PaletteWhenAsked />
      <Live />
      <InboxLine />
      <ShortcutSheet opened={isSheet} onClose={sheet.close} />
    </Keys>
  );
}

function Mark() {
  return (
    <Group gap={8} className={classes.mark}>
      <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden>
        <path d="M4 6c5-2 9-1 12 2 3-3 7-4 12-2v19c-5-2-9-1-12 2-3-3-7-4-12-2z" fill="var(--mantine-primary-color-filled)" />
        <path d="M16 8v19" stroke="var(--mantine-color-body)" strokeWidth="2" />
      </svg>
      <Text span fw={550}>
        openbook
      </Text>
    </Group>
  );
}

function Places({ onGo, onSheet }: { onGo: () => void; onSheet: () => void }) {
  const { t, i18n } = useTranslation();
  return (
    <Stack gap={2} flex={1} justify="space-between">
      <Stack gap={2}>
        <UnstyledButton className={classes.place} onClick={openPalette}>
          <IconSearch size={16} aria-hidden />
          <span>{t('palette.title')}</span>
          <Kbd size="xs" ml="auto" aria-hidden>
            {/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}
          </Kbd>
        </UnstyledButton>
        <Link to="/inbox" search={{}} className={classes.place} activeOptions={{ includeSearch: false }} onClick={onGo}>
          <IconInbox size={16} aria-hidden />
          <span>{t('inbox.title')}</span>
          <InboxCount />
        </Link>
        <InboxViews onGo={onGo} />
        <Link to="/visitors" className={classes.place} onClick={onGo}>
          <IconEye size={16} aria-hidden />
          <span>{t('visitors.title')}</span>
        </Link>
        <Link to="/contacts" search={{}} className={classes.place} activeOptions={{ includeSearch: false }} onClick={onGo}>
          <IconAddressBook size={16} aria-hidden />
          <span>{t('contacts.title')}</span>
        </Link>
        <Link to="/map" search={{}} className={classes.place} activeOptions={{ includeSearch: false }} onClick={onGo}>
          <IconMap2 size={16} aria-hidden />
          <span>{t('map.title')}</span>
        </Link>
        <Link to="/insight" search={{}} className={classes.place} activeOptions={{ includeSearch: false }} onClick={onGo}>
          <IconChartBar size={16} aria-hidden />
          <span>{t('insight.title')}</span>
        </Link>
        <Link to="/settings" className={classes.place} onClick={onGo}>
          <IconAdjustments size={16} aria-hidden />
          <span>{t('settings.title')}</span>
        </Link>
      </Stack>
      <Stack gap={2}>
        <a className={classes.place} href={`/api/installation/public-page?language=${i18n.language}`} target="_blank" rel="noopener">
          <IconShieldCheck size={16} aria-hidden />
          <span>{t('shell.collected')}</span>
        </a>
        <a className={classes.place} href="/api/docs" target="_blank" rel="noopener">
          <IconCommand size={16} aria-hidden />
          <span>{t('shell.api')}</span>
        </a>
        <Person onGo={onGo} />
        <Group gap={2} px={4} pt={8}>
          <Scheme />
          <Languages />
          <Tooltip label={t('shortcut.help')}>
            <ActionIcon aria-label={t('shortcut.help')} onClick={onSheet}>
              <IconKeyboard size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Stack>
    </Stack>
  );
}

function Person({ onGo }: { onGo: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: me } = useQuery(meQuery);
  const leave = useMutation({
    mutationFn: () => api.POST('/api/sign-out'),
    onSettled: () => {
      tellLeft();
      return gone();
    },
  });
  /** `next`: where to go on after signing in again. */
  const gone = async (next?: string) => {
    await navigate({ to: '/sign-in', search: next ? { next } : {} });
    void import('../inbox/left').then(({ forget }) => forget());
    // Nothing of the contacts stays in the page; what the door itself asks goes on.
    client.removeQueries({ type: 'inactive' });
  };
  useEffect(() => onLeft(() => void gone(location.pathname + location.search)), []);
  if (!me) return null;
  return (
    <Menu position="top-start" width={200}>
      <Menu.Target>
        <UnstyledButton className={classes.place}>
          <Initials id={me.person.id} name={me.person.name} size={20} />
          <Text span inherit truncate>
            {me.person.name}
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/account" onClick={onGo}>
          {t('account.title')}
        </Menu.Item>
        <Menu.Item onClick={() => leave.mutate()}>{t('account.leave')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const SCHEMES = { auto: IconSunMoon, light: IconSun, dark: IconMoon } as const;

function Scheme() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const order = ['auto', 'light', 'dark'] as const;
  const next = order[(order.indexOf(colorScheme) + 1) % order.length] ?? 'auto';
  const Icon = SCHEMES[colorScheme];
  const label = t('scheme.now', { scheme: t(`scheme.${colorScheme}`), next: t(`scheme.${next}`) });
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={() => setColorScheme(next)}>
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function Languages() {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="top-start">
      <Menu.Target>
        <ActionIcon aria-label={t('shell.language')}>
          <IconLanguage size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <Menu.Item key={tag} lang={tag} fw={i18n.language === tag ? 550 : undefined} onClick={() => choose(tag as Language)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
