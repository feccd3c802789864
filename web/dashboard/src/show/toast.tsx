/** What the screen says about something that was done: the same on every screen.
 *
 * Done; done, and a way to undo it; or refused, with what the server gave as its reason.
 */
import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { text } from '../text';
import { forget, remember } from './undo';

const SHOWN_MS = 4_000;
/** Long enough to read, to think better of it, and to reach the button by keyboard. */
const UNDO_MS = 10_000;
const REFUSED_MS = 10_000;

const close = () => ({ 'aria-label': text.t('act.close') });

export function told(message: ReactNode): void {
  notifications.show({ message, autoClose: SHOWN_MS, closeButtonProps: close() });
}

/** `undo` does what it says, or rejects with why it could not. */
export function undoable(message: string, undo: () => Promise<unknown>): void {
  let id = '';
  let isDone = false;
  const once = remember(() => {
    if (isDone) return;
    isDone = true;
    notifications.hide(id);
    undo().catch((error: unknown) => refused(text.t('toast.notUndone'), error));
  });
  id = notifications.show({
    autoClose: UNDO_MS,
    closeButtonProps: close(),
    onClose: () => forget(once),
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button variant="subtle" flex="none" onClick={once}>
          {text.t('act.undo')}
        </Button>
      </Group>
    ),
  });
}

export function refused(title: string, error: unknown): void {
  // What a browser says of a network that is not there is no sentence for people.
  const message = error instanceof TypeError ? text.t('failure.networkText') : error instanceof Error ? error.message : String(error);
  notifications.show({ color: 'red', title, message, autoClose: REFUSED_MS, closeButtonProps: close() });
}
