/** Whether somebody has openbook in front: this tab or another one of the same browser. */

const LOCK = 'openbook.looking';

/** A tab that is in front holds a lock, which falls with the tab. What is returned ends it. */
export function begin(): () => void {
  if (!('locks' in navigator)) return () => {};
  let leave: (() => void) | null = null;
  const follow = () => {
    const isFront = document.hasFocus() && !document.hidden;
    if (isFront === (leave !== null)) return;
    if (leave) {
      leave();
      leave = null;
    } else {
      const left = new Promise<void>((done) => (leave = done));
      void navigator.locks.request(LOCK, { mode: 'shared' }, () => left);
    }
  };
  const events = ['focus', 'blur', 'visibilitychange'] as const;
  for (const name of events) addEventListener(name, follow, true);
  follow();
  return () => {
    for (const name of events) removeEventListener(name, follow, true);
    leave?.();
  };
}

export async function lookedAt(): Promise<boolean> {
  if (document.hasFocus() && !document.hidden) return true;
  if (!('locks' in navigator)) return false;
  const { held = [] } = await navigator.locks.query();
  return held.some((one) => one.name === LOCK);
}
