/** Which address shows which screen. Every filter and choice that changes what is seen is in it. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { type Asked, readAsked } from './contacts/asked';
import { Problem, queries } from './api';
import { meQuery } from './session/me';
import { Shell } from './shell/shell';
import { Lost, Failed } from './shell/states';
import { wordsOf } from './text';

/** A screen that is fetched when it is opened, with the words it needs. */
function screen<T extends Record<string, unknown>, K extends keyof T & string>(load: () => Promise<T>, name: K, ...folders: string[]) {
  const both = async () => (await Promise.all([load(), ...folders.map(wordsOf)]))[0];
  return lazyRouteComponent(both, name);
}

const root = createRootRoute({ notFoundComponent: Lost, errorComponent: Failed });

const door = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } =>
    // Only a path of our own: an address from outside would send people elsewhere after signing in.
    typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {},
  component: screen(() => import('./session/sign-in'), 'SignInScreen', 'session'),
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
  beforeLoad: () => {
    throw redirect({ to: '/contacts' });
  },
});

const contacts = createRoute({
  getParentRoute: () => inside,
  path: '/contacts',
  validateSearch: (search: Record<string, unknown>): Asked => readAsked(search),
  component: screen(() => import('./contacts/screen'), 'ContactsScreen'),
});

const contact = createRoute({
  getParentRoute: () => inside,
  path: '/contacts/$id',
  component: screen(() => import('./contact/screen'), 'ContactScreen', 'contact'),
});

const collection = createRoute({
  getParentRoute: () => inside,
  path: '/collection',
  component: screen(() => import('./collection/screen'), 'CollectionScreen', 'collection'),
});

const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: screen(() => import('./account/screen'), 'AccountScreen', 'account', 'session'),
});

export const router = createRouter({
  routeTree: root.addChildren([door, inside.addChildren([home, contacts, contact, collection, account])]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
