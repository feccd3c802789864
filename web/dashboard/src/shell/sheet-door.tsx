/** The map of the keys, fetched when somebody asks for it. */
import { lazy, Suspense, useRef } from 'react';
import { patiently } from '../patience';
import { wordsOf } from '../text';

const Sheet = lazy(async () => {
  const [{ Sheet: Loaded }] = await patiently(() => Promise.all([import('./sheet'), wordsOf('shell')]));
  return { default: Loaded };
});

export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const wasAsked = useRef(false);
  wasAsked.current ||= opened;
  return wasAsked.current ? (
    <Suspense>
      <Sheet opened={opened} onClose={onClose} />
    </Suspense>
  ) : null;
}
