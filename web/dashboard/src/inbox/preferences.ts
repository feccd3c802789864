/** How this person works with the inbox in this browser. */
import { useKept } from '../contacts/kept';

export const useEnterSends = () => useKept('inbox.enterSends', true);
export const NOTIFY = 'inbox.notify';
export const useNotify = () => useKept(NOTIFY, false);
