/** How one's list looks is kept by the server too, so that it is the same in every browser. */
import { useEffect, useRef } from 'react';
import { api } from '../api';
import type { Layout, LayoutInUse } from '../contacts/layout';
import type { Views } from './view';

const LATER_MS = 800;
const shape = ({ columns, widths, density }: Layout): Layout => ({ columns, widths, density });

/** `layout`: one's own; null while a view is in front. */
export function useKeptLayout(layout: LayoutInUse | null, views: Views | undefined): void {
  const found = useRef<string | null>(null);
  const known = useRef<string | null>(null);
  const now = layout && JSON.stringify(shape(layout));
  useEffect(() => {
    if (!layout || !now) return;
    found.current ??= now;
    if (!views) return;
    if (known.current === null) {
      // The first answer wins over what this browser remembers, as it is what was changed last, in
      // this browser or in another; but not over what was changed while it was under way.
      known.current = views.layout ? JSON.stringify(shape(views.layout)) : found.current;
      if (now === found.current) {
        if (known.current !== now) layout.set(JSON.parse(known.current));
        return;
      }
    }
    if (known.current === now) return;
    const timer = setTimeout(() => {
      known.current = now;
      // Not worth a word if it fails: this browser remembers it anyway.
      void api.PUT('/api/views/layout', { body: JSON.parse(now) }).catch(() => {});
    }, LATER_MS);
    return () => clearTimeout(timer);
    // Only what it looks like counts, not that it was put together anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [views, now]);
}
