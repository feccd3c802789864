/** How far actions are, each in a notice that stays until it is done and read. */
import { notifications } from '@mantine/notifications';
import { text } from '../text';
import { Progress } from './progress';

const idOf = (bulk: string) => `bulk ${bulk}`;

export function showProgress(bulk: string): void {
  notifications.show({
    id: idOf(bulk),
    autoClose: false,
    withCloseButton: true,
    closeButtonProps: { 'aria-label': text.t('act.close') },
    message: <Progress id={bulk} onRead={() => notifications.hide(idOf(bulk))} />,
  });
}
