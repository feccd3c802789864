/** A page with nothing on it but a heading, made with the same libraries as the dashboard: how soon it
 * is there is what the time to the first contacts is compared with (`make bench NAME=dashboard`). */
import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import {
  ActionIcon, Anchor, AppShell, Avatar, Badge, Button, Burger, Drawer, Group, Kbd, MantineProvider, Menu, Modal, Popover, ScrollArea,
  Skeleton, Stack, Text, TextInput, Title, Tooltip, UnstyledButton,
} from '@mantine/core';
import { useDebouncedCallback, useDocumentTitle, useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { IconAddressBook, IconAdjustments, IconChartBar, IconCommand, IconKeyboard, IconLanguage, IconMap2, IconMoon, IconSearch, IconShieldCheck, IconSun, IconSunMoon, IconX } from '@tabler/icons-react';
import { QueryClient, QueryClientProvider, useInfiniteQuery, useIsFetching, useMutation, useQuery } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link, Outlet, redirect, RouterProvider } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import i18next from 'i18next';
import createClient from 'openapi-fetch';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { initReactI18next, useTranslation } from 'react-i18next';

/** What the dashboard's first screen takes from its libraries is loaded and read here too. */
Object.assign(window, {
  libraries: [
    ActionIcon, Anchor, AppShell, Avatar, Badge, Button, Burger, Drawer, Group, Kbd, Menu, Modal, Popover, ScrollArea, Skeleton, Stack, Text,
    TextInput, Tooltip, UnstyledButton, useDebouncedCallback, useDocumentTitle, useLocalStorage, useMediaQuery, IconAddressBook,
    IconAdjustments, IconChartBar, IconCommand, IconKeyboard, IconLanguage, IconMap2, IconMoon, IconSearch, IconShieldCheck, IconSun,
    IconSunMoon, IconX, useInfiniteQuery, useIsFetching, useMutation, useQuery, lazyRouteComponent, Link, redirect, useVirtualizer,
    createClient, useTranslation,
  ],
});
void i18next.use(initReactI18next).init({ lng: 'en', resources: { en: { translation: {} } } });

const root = createRootRoute({ component: Outlet });
const page = createRoute({ getParentRoute: () => root, path: '$', component: () => <Title order={1}>Nothing</Title> });
const router = createRouter({ routeTree: root.addChildren([page]) });
const nonce = document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content ?? '';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={new QueryClient()}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
