/** Tells when the page's address may have changed without a load. */
interface Navigable {
  navigation?: EventTarget;
}

export function onNavigate(tell: () => void): void {
  const { navigation } = window as Navigable;
  if (navigation) return navigation.addEventListener('currententrychange', tell);
  // Browsers without the Navigation API: the history's own methods give no event.
  (['pushState', 'replaceState'] as const).forEach((name) => {
    const original = history[name];
    history[name] = function (this: History, ...given: Parameters<typeof original>) {
      original.apply(this, given);
      tell();
    };
  });
  addEventListener('popstate', tell);
}
