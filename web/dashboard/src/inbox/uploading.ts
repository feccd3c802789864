/** Files on their way into a message: chosen, pasted or dropped, uploaded while it is written. */
import { useCallback, useEffect, useRef, useState } from 'react';
import * as calls from './calls';
import type { Attached } from './types';

export interface Upload {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly done: Attached | null;
  readonly refusal: string | null;
}

/** One message takes no more. */
export const MOST = 10;

const broughtBefore = (files: readonly Attached[]): Upload[] => files.map((done) => ({ key: done.id, name: done.name, size: done.size, done, refusal: null }));

/** `before`: what was brought for it some other time. */
export function useUploads(before: readonly Attached[] = []) {
  const [all, set] = useState<readonly Upload[]>(() => broughtBefore(before));
  const under = useRef(new Map<string, AbortController>());
  const stop = useCallback(() => {
    under.current.forEach((one) => one.abort());
    under.current.clear();
  }, []);
  useEffect(() => stop, [stop]);
  const put = (key: string, change: Partial<Upload>) => set((old) => old.map((one) => (one.key === key ? { ...one, ...change } : one)));

  const add = (files: readonly File[]) => {
    for (const file of files.slice(0, Math.max(0, MOST - all.length))) {
      const key = crypto.randomUUID();
      const closing = new AbortController();
      under.current.set(key, closing);
      set((old) => [...old, { key, name: file.name, size: file.size, done: null, refusal: null }]);
      calls.upload(file, closing.signal).then(
        (done) => put(key, { done }),
        (error: unknown) => put(key, { refusal: error instanceof Error ? error.message : String(error) }),
      );
    }
  };
  const remove = (key: string) => {
    under.current.get(key)?.abort();
    under.current.delete(key);
    set((old) => old.filter((one) => one.key !== key));
  };
  const clear = () => {
    stop();
    set([]);
  };
  /** These in place of all that were brought: what is still on its way stays. */
  const putBack = useCallback((files: readonly Attached[]) => set((old) => [...broughtBefore(files), ...old.filter((one) => !one.done)]), []);
  return { all, add, remove, clear, putBack };
}
