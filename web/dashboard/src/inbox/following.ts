/** Keeps a loaded list true: rows change where they stand; who comes or moves waits while somebody points at it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { queries } from '../api';
import { later } from '../live/later';
import { belongs } from './asked';
import type { Asked } from './calls';
import { onHeads } from './line';
import { listKey } from './reading';
import { type Loaded, patched, type Row, rowsOf, settled } from './rows';
import type { Conversation } from './types';

const AGAIN_MS = 3_000;

/** `isThere`: the list is loaded. */
export function useFollowing(asked: Asked, me: string, isThere: boolean) {
  const [waiting, count] = useState(0);
  const isHeld = useRef(false);
  const follower = useRef({ settle: () => {} });
  const name = JSON.stringify(asked);

  useEffect(() => {
    const key = listKey(asked);
    const held = () => queries.getQueryData<Loaded>(key);
    const came = new Map<string, Conversation>();
    const put = (change: (loaded: Loaded) => Loaded) => queries.setQueryData<Loaded>(key, (loaded) => loaded && change(loaded));
    const settle = () => {
      // What came while the list was being asked for waits for its answer.
      if (!held()) return;
      const fresh = [...came.values()];
      came.clear();
      count(0);
      if (fresh.length || rowsOf(held()).some((row) => row.left)) put((loaded) => settled(loaded, fresh, (row) => row.left ?? false));
    };
    // What only the server can tell is asked of it, now and then.
    const renew = later(AGAIN_MS, () => queries.invalidateQueries({ queryKey: key }));
    const hear = (heads: readonly Conversation[], isOwn: boolean) => {
      const rows = new Map(rowsOf(held()).map((row) => [row.id, row]));
      const changes = new Map<string, Partial<Row>>();
      for (const head of heads) {
        const isPart = belongs(head, asked, me);
        const row = rows.get(head.id);
        if (row) {
          changes.set(head.id, { ...head, left: isPart === false });
          // My own answer leaves the row where it is: the next one is below it.
          if (isPart !== false && head.last_at > row.last_at && head.last_by?.id !== me) came.set(head.id, head);
          else if (came.has(head.id)) came.set(head.id, head);
        } else if (isPart) came.set(head.id, head);
        else if (isPart === null && asked.view === 'mentions') renew();
        if (isPart === false) came.delete(head.id);
      }
      put((loaded) => patched(loaded, changes));
      if (!isHeld.current) return settle();
      if (isOwn) {
        // What the person does here is done at once; what others do waits.
        const ids = new Set(heads.map((one) => one.id));
        const back = [...came.values()].filter((one) => ids.has(one.id));
        back.forEach((one) => came.delete(one.id));
        put((loaded) => settled(loaded, back, (row) => (row.left ?? false) && ids.has(row.id)));
      }
      count(came.size);
    };
    follower.current = { settle };
    count(0);
    return onHeads(hear);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [name, me]);

  useEffect(() => {
    if (isThere && !isHeld.current) follower.current.settle();
  }, [isThere, name]);

  const settle = useCallback(() => follower.current.settle(), []);
  const hold = useCallback((next: boolean) => {
    if (isHeld.current && !next) follower.current.settle();
    isHeld.current = next;
  }, []);
  return { waiting, settle, hold };
}
