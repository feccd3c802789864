/** Which address shows which screen. Every filter and choice that changes what is seen is in it.
 *
 * What `validateSearch` leaves out, the router keeps as it stood in the address: each key is answered
 * for, with `undefined` where it is not what it should be.
 */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { type Asked, readAsked } from './contacts/asked';
import { ContactsScreen } from './contacts/screen';
import { checkInsight } from './insight/asked';
import { api, body, Problem, queries } from './api';
import { readSearch, type Search } from './inbox/asked';
import { note } from './contact/left';
import { patiently } from './patience';
import { meQuery, ownPath } from './session/me';
import { Shell } from './shell/shell';
import { Lost, Failed, OnTheWay } from './shell/states';
import { wordsOf } from './text';

/** A screen that is fetched when it is opened, with the words it needs. */
function screen<T extends Record<string, unknown>, K extends keyof T & string>(load: () => Promise<T>, name: K, ...folders: string[]) {
  const both = async () => (await patiently(() => Promise.all([load(), ...folders.map(wordsOf)])))[0];
  return lazyRouteComponent(both, name);
}

const told = (found: unknown): string | undefined => (typeof found === 'string' ? found : undefined);

const root = createRootRoute({ notFoundComponent: Lost, errorComponent: Failed });

const door = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } => ({ next: ownPath(next) }),
  component: screen(() => import('./session/sign-in'), 'SignInScreen', 'session'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: screen(() => import('./invitation/screen'), 'InvitationScreen', 'invitation', 'session', 'team'),
});

/** What is behind the door: whoever is not signed in is sent to it, and comes back afterwards. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      await queries.ensureQueryData(meQuery);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      throw redirect({ to: '/sign-in', search: { next: location.href } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  // Whoever has nobody to look at begins with the snippet.
  beforeLoad: async () => {
    const anybody = await body(api.POST('/api/contacts/search', { body: { limit: 1 } as never })).catch(() => null);
    throw redirect(anybody?.items.length === 0 ? { to: '/start', replace: true } : { to: '/contacts', replace: true });
  },
});

const start = createRoute({
  getParentRoute: () => inside,
  path: '/start',
  validateSearch: ({ way, key }: Record<string, unknown>): { way?: string; key?: string } => ({ way: told(way), key: told(key) }),
  component: screen(() => import('./start/screen'), 'StartScreen', 'start'),
});

const map = createRoute({
  getParentRoute: () => inside,
  path: '/map',
  validateSearch: (search: Record<string, unknown>): Asked & { at?: string } => ({
    ...readAsked(search),
    at: told(search.at),
  }),
  component: screen(() => import('./map/screen'), 'MapScreen', 'map', 'insight'),
});

const insight = createRoute({
  getParentRoute: () => inside,
  path: '/insight',
  validateSearch: checkInsight,
  component: screen(() => import('./insight/screen'), 'InsightScreen', 'insight'),
});

const contacts = createRoute({
  getParentRoute: () => inside,
  path: '/contacts',
  validateSearch: (search: Record<string, unknown>): Asked => readAsked(search),
  // Most people begin with it.
  component: ContactsScreen,
});

const importing = createRoute({
  getParentRoute: () => inside,
  path: '/contacts/import',
  component: screen(() => import('./transfer/screen'), 'ImportScreen', 'transfer'),
});

const contact = createRoute({
  getParentRoute: () => inside,
  path: '/contacts/$id',
  component: screen(() => import('./contact/screen'), 'ContactScreen', 'contact', 'history', 'tags', 'inbox'),
});

const merge = createRoute({
  getParentRoute: () => inside,
  path: '/contacts/$id/merge',
  validateSearch: (search: Record<string, unknown>): { with?: string } => ({ with: told(search.with) }),
  component: screen(() => import('./contact/merge'), 'MergeScreen', 'contact'),
});

const split = createRoute({
  getParentRoute: () => inside,
  path: '/contacts/$id/split/$merge',
  component: screen(() => import('./contact/split'), 'SplitScreen', 'contact'),
});

const INBOX = ['inbox', 'contact', 'tags'];

/** The list stays as it is while one goes from conversation to conversation: it is one screen. */
const inbox = createRoute({
  getParentRoute: () => inside,
  path: '/inbox',
  validateSearch: (search: Record<string, unknown>): Search => readSearch(search),
  component: screen(() => import('./inbox/screen'), 'InboxScreen', ...INBOX),
});

const conversations = [createRoute({ getParentRoute: () => inbox, path: '/' }), createRoute({ getParentRoute: () => inbox, path: '/$id' })] as const;

const visitors = createRoute({
  getParentRoute: () => inside,
  path: '/visitors',
  component: screen(() => import('./visitors/screen'), 'VisitorsScreen', 'visitors', ...INBOX),
});

/** Where the switches were before there were other settings. */
const collectionBefore = createRoute({
  getParentRoute: () => inside,
  path: '/collection',
  beforeLoad: () => {
    throw redirect({ to: '/settings/collection', replace: true });
  },
});

/** What each part of the settings needs beside its own words: the frame's, roles, and the proof of being the person. */
const OF_SETTINGS = ['settings', 'team', 'account', 'session'];

const settings = createRoute({
  getParentRoute: () => inside,
  id: 'settings',
  component: screen(() => import('./settings/frame'), 'SettingsFrame', ...OF_SETTINGS),
});

const settingsParts = [
  createRoute({
    getParentRoute: () => settings,
    path: '/settings',
    component: screen(() => import('./settings/frame'), 'SettingsIndex', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/workspace',
    component: screen(() => import('./settings/workspace'), 'WorkspaceScreen', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/team',
    component: screen(() => import('./team/screen'), 'TeamScreen', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/collection',
    component: screen(() => import('./collection/screen'), 'CollectionScreen', 'collection', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/tags',
    component: screen(() => import('./tags/screen'), 'TagsScreen', 'tags', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/chat',
    component: screen(() => import('./appearance/screen'), 'AppearanceScreen', 'appearance', 'inbox', 'contact', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/replies',
    component: screen(() => import('./canned/screen'), 'CannedScreen', 'canned', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/keys',
    component: screen(() => import('./tokens/keys'), 'WriteKeysScreen', 'tokens', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/tokens',
    component: screen(() => import('./tokens/screen'), 'TokensScreen', 'tokens', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/mail',
    component: screen(() => import('./settings/mail'), 'MailScreen', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/sign-in',
    component: screen(() => import('./settings/provider'), 'ProviderScreen', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/places',
    component: screen(() => import('./settings/surroundings'), 'SurroundingsScreen', ...OF_SETTINGS),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/history',
    component: screen(() => import('./history/screen'), 'HistoryScreen', 'history', ...OF_SETTINGS),
  }),
] as const;

const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: screen(() => import('./account/screen'), 'AccountScreen', 'account', 'session'),
});

export const router = createRouter({
  routeTree: root.addChildren([door, invitation, inside.addChildren([home, start, map, insight, contacts, importing, contact, merge, split, inbox.addChildren(conversations), visitors, collectionBefore, settings.addChildren(settingsParts), account])]),
  defaultPreload: 'intent',
  defaultPendingComponent: OnTheWay,
  scrollRestoration: true,
});

// Whoever goes from a list to a contact finds back to it, and to the contacts beside.
router.subscribe('onBeforeNavigate', ({ fromLocation }) => note(fromLocation));

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
