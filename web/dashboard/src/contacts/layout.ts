/** How the list looks: this person's own way, or that of the view in front until it is saved. */
import { useMemo, useState } from 'react';
import { type Density, USUAL } from './heads';
import { useKept } from './kept';

export interface Layout {
  readonly columns: readonly string[];
  /** Column -> pixels, where somebody chose them. */
  readonly widths: Readonly<Record<string, number>>;
  readonly density: Density;
}

export interface LayoutInUse extends Layout {
  readonly set: (change: Partial<Layout>) => void;
}

const NO_WIDTHS: Layout['widths'] = {};

/** `view`: the view in front, with the looks it was saved with. */
export function useLayout(view: (Layout & { readonly id: string }) | null): LayoutInUse {
  const [columns, setColumns] = useKept<readonly string[]>('columns', USUAL);
  const [widths, setWidths] = useKept('widths', NO_WIDTHS);
  const [density, setDensity] = useKept<Density>('density', 'comfortable');
  const [draft, setDraft] = useState<{ id: string; layout: Layout } | null>(null);
  // The same object until something changes: the list is drawn many times while it stays as it is.
  return useMemo((): LayoutInUse => {
    if (view) {
      const { columns, widths, density } = draft?.id === view.id ? draft.layout : view;
      return { columns, widths, density, set: (change) => setDraft({ id: view.id, layout: { columns, widths, density, ...change } }) };
    }
    const set = (change: Partial<Layout>) => {
      if (change.columns) setColumns(change.columns);
      if (change.widths) setWidths(change.widths);
      if (change.density) setDensity(change.density);
    };
    return { columns, widths, density, set };
  }, [view, draft, columns, widths, density, setColumns, setWidths, setDensity]);
}

/** The widths with one changed; null: the usual one again. */
export function widened(widths: Layout['widths'], column: string, pixels: number | null): Layout['widths'] {
  const { [column]: _, ...others } = widths;
  return pixels === null ? others : { ...others, [column]: pixels };
}
