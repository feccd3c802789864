/** When the browser has nothing better to do. Safari knows no idleness. */

export const idle = () =>
  new Promise<unknown>((done) => {
    if (window.requestIdleCallback) window.requestIdleCallback(done, { timeout: 2_000 });
    else setTimeout(done, 500);
  });
