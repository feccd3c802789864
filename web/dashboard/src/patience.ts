/** Files of ours that are fetched late. While the server is away they are asked for again, so that
 * a restart costs a moment and never the page. */

const AGAIN_MS = 2_000;

/** Whether the server answers, and not only a proxy in front of it. */
export const answers = (): Promise<boolean> =>
  fetch('/api/sign-in', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Rejects where the server is there and the file is not. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (let isThere = false; ; ) {
    try {
      return await load();
    } catch (error) {
      if (isThere) throw error;
      isThere = await answers(); // it may have come back since
      if (!isThere) await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}
