/** Where toasts appear: `show/toast.tsx` says what stands in them. */
import { Notifications } from '@mantine/notifications';

export function Toasts() {
  return <Notifications position="bottom-left" limit={3} />;
}
