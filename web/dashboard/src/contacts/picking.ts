/** Which contacts are picked: some by hand, or all that match but those left out. */
import { useCallback, useMemo, useState } from 'react';
import type { Contact } from '../api';

export interface Picked {
  /** All that match the question, but `ids`; else only `ids`. */
  readonly isAll: boolean;
  readonly ids: ReadonlySet<string>;
}

const NOBODY: Picked = { isAll: false, ids: new Set() };

export interface Picking {
  readonly picked: Picked;
  readonly isEmpty: boolean;
  readonly has: (id: string) => boolean;
  /** Pick a row or let it go; with `reach`, all from the one picked before to this one. */
  readonly toggle: (index: number, reach?: boolean) => void;
  readonly all: () => void;
  readonly none: () => void;
}

/** `question`: what is picked is forgotten when another one is asked. */
export function usePicking(rows: readonly Contact[], question: string): Picking {
  const [held, hold] = useState({ question, picked: NOBODY, last: -1 });
  const picked = held.question === question ? held.picked : NOBODY;
  const put = useCallback((next: Picked, last: number) => hold({ question, picked: next, last }), [question]);
  const has = (id: string) => picked.ids.has(id) !== picked.isAll;
  return {
    picked,
    isEmpty: !picked.isAll && picked.ids.size === 0,
    has,
    toggle: (index, reach = false) => {
      const row = rows[index];
      if (!row) return;
      const isOn = !has(row.id);
      const from = reach && held.last >= 0 ? Math.min(held.last, index) : index;
      const to = reach && held.last >= 0 ? Math.max(held.last, index) : index;
      const ids = new Set(picked.ids);
      for (const { id } of rows.slice(from, to + 1)) {
        if ((isOn || reach) !== picked.isAll) ids.add(id);
        else ids.delete(id);
      }
      put({ isAll: picked.isAll, ids }, index);
    },
    all: useMemo(() => () => put({ isAll: true, ids: new Set() }, -1), [put]),
    none: useMemo(() => () => put(NOBODY, -1), [put]),
  };
}
