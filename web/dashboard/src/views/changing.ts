/** What changes about saved views: shown at once, undone where it can be. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, body } from '../api';
import { type Asked, searchBody } from '../contacts/asked';
import type { Layout } from '../contacts/layout';
import { refused, told, undoable } from '../show/toast';
import { viewsQuery } from './query';
import type { View } from './view';
import { useTypes } from './question';
import { readView, writeView } from './reading';

const key = viewsQuery.queryKey;
const path = ({ id }: { id: string }) => ({ params: { path: { view_id: id } } });

/** Put a view among the others, in its place by name; without `view`, take the one with this id out. */
function usePut() {
  const client = useQueryClient();
  return (id: string, view?: View) =>
    client.setQueryData(key, (held) => {
      if (!held) return held;
      const others = held.items.filter((one) => one.id !== id);
      const items = view ? [...others, view].sort((one, other) => one.name.localeCompare(other.name)) : others;
      return { ...held, items };
    });
}

export interface Named {
  readonly name: string;
  readonly isShared: boolean;
}

/** Save what is in front as a new view, or `view` under another name. */
export function useSaveView(asked: Asked, layout: Layout, view?: View) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const types = useTypes();
  const put = usePut();
  return useMutation({
    mutationFn: async ({ name, isShared }: Named) => {
      const written = writeView(name, isShared, asked, layout, types);
      return readView(await body(view ? api.PUT('/api/views/{view_id}', { ...path(view), body: written }) : api.POST('/api/views', { body: written })));
    },
    onSuccess: (saved) => {
      put(saved.id, saved);
      told(t('views.saved', { name: saved.name }));
      if (!view) void navigate({ to: '/contacts', search: { view: saved.id } });
    },
  });
}

/** Whether the list in front differs from its view, and a way to save that. */
export function useChangedView(view: View | null, asked: Asked, layout: Layout) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const types = useTypes();
  const put = usePut();
  const looks = ({ columns, widths, density }: Layout) => JSON.stringify([columns, widths, density]);
  const asks = (one: Asked) => JSON.stringify(searchBody(one, types));
  const isChanged = view !== null && (looks(view) !== looks(layout) || asks(view.asked) !== asks(asked));
  const save = useMutation({
    mutationFn: async () => {
      if (!view) return null;
      const written = writeView(view.name, view.isShared, asked, layout, types);
      return readView(await body(api.PUT('/api/views/{view_id}', { ...path(view), body: written })));
    },
    onSuccess: (saved) => {
      if (!saved || !view) return;
      put(saved.id, saved);
      void navigate({ to: '/contacts', search: { view: saved.id }, replace: true });
      const before = writeView(view.name, view.isShared, view.asked, view, types);
      undoable(t('views.saved', { name: saved.name }), async () => {
        const back = readView(await body(api.PUT('/api/views/{view_id}', { ...path(view), body: before })));
        put(back.id, back);
      });
    },
    onError: (error) => refused(t('views.refused'), error),
  });
  return { isChanged, isPending: save.isPending, save: () => save.mutate() };
}

export function useRemoveView() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const put = usePut();
  return useMutation({
    mutationFn: (view: View) => api.DELETE('/api/views/{view_id}', path(view)),
    onSuccess: (_, view) => {
      put(view.id);
      void navigate({ to: '/contacts', search: {} });
      undoable(t('views.removed', { name: view.name }), async () => {
        const back = readView(await body(api.POST('/api/views/{view_id}/restore', path(view))));
        put(back.id, back);
        await navigate({ to: '/contacts', search: { view: back.id } });
      });
    },
    onError: (error) => refused(t('views.refused'), error),
  });
}
