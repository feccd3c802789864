/** The one place where an error of the page's world ends: the collector never throws into a page. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
