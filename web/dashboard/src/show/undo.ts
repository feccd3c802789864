/** The last thing that was done and can be undone: by its toast, or by the key that says so. */

let last: (() => void) | null = null;

/** `undo` does nothing a second time. The way to take it back is forgotten with the toast. */
export function remember(undo: () => void): () => void {
  const once = () => {
    if (last === once) last = null;
    undo();
  };
  last = once;
  return once;
}

export function forget(undo: () => void): void {
  if (last === undo) last = null;
}

export function undoLast(): void {
  last?.();
}
