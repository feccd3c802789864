/** Who signs out in one tab is signed out in all of this browser: the others are told. */

/** One for both: a tab does not hear itself. */
const channel = new BroadcastChannel('openbook.left');

export const tellLeft = (): void => channel.postMessage(null);

/** Hear of it from the other tabs; what is returned ends it. */
export function onLeft(act: () => void): () => void {
  channel.onmessage = act;
  return () => {
    channel.onmessage = null;
  };
}
