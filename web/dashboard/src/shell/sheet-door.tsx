/** The map of the keys, fetched when somebody asks for it. */
import { Suspense, useRef } from 'react';
import { fetched } from '../fetched';

const Sheet = fetched(async () => (await import('./sheet')).Sheet, 'shell');

export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const wasAsked = useRef(false);
  wasAsked.current ||= opened;
  return wasAsked.current ? (
    <Suspense>
      <Sheet opened={opened} onClose={onClose} />
    </Suspense>
  ) : null;
}
