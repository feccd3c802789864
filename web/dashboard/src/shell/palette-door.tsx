/** Loads the palette when it is first asked for: it is not part of the first screen. */
import { useHotkeys } from '@mantine/hooks';
import { Suspense, useSyncExternalStore } from 'react';
import { fetched } from '../fetched';

const Palette = fetched(async () => (await import('./palette')).Palette, 'settings');

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
