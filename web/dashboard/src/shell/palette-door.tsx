/** Loads the palette when it is first asked for: it is not part of the first screen. */
import { useHotkeys } from '@mantine/hooks';
import { lazy, Suspense, useSyncExternalStore } from 'react';
import { patiently } from '../patience';
import { wordsOf } from '../text';

const Palette = lazy(async () => {
  const [{ Palette: Loaded }] = await patiently(() => Promise.all([import('./palette'), wordsOf('settings')]));
  return { default: Loaded };
});

let wanted = false;
let tell = () => {};

export function openPalette(): void {
  if (wanted) void import('./palette').then(({ open }) => open());
  wanted = true;
  tell();
}

export function PaletteWhenAsked() {
  const isWanted = useSyncExternalStore(
    (listen) => {
      tell = listen;
      return () => {
        tell = () => {};
      };
    },
    () => wanted,
  );
  useHotkeys([['mod+K', openPalette]], []);
  return isWanted ? (
    <Suspense>
      <Palette />
    </Suspense>
  ) : null;
}
