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

export function useUploads() {
  const [all, set] = useState<readonly Upload[]>([]);
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
  const putBack = (files: readonly Attached[]) => set(files.map((done) => ({ key: done.id, name: done.name, size: done.size, done, refusal: null })));
  return { all, add, remove, clear, putBack };
}
