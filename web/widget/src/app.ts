/** The chat inside an app: what the mobile SDKs hand over, and what they are told. */
import { erase, names, read, write } from '../../sdk/src/storage';
import { ask } from './asking';
import { type Call, KEPT, TOKEN } from './given';

/** What an SDK puts into its web view before the page's own scripts. */
interface Bridge {
  /** JSON: who the app is. */
  session(): string;
  tell(name: string, detail: string): void;
}

interface Shown {
  readonly anonymousId?: string;
  readonly proof?: string;
  /** Signed by the customer's backend. */
  readonly token?: string;
}

export interface App {
  /** May anything be kept? The app has asked its person, where somebody had to. */
  readonly allowed: boolean;
  recall(name: string): string | undefined;
  readonly calls: readonly Call[];
}

/** Whose chat this web view keeps. */
const OWNER = `${KEPT}app`;

/** The app around this page; undefined in a browser. */
export function appAround(host: string, key: string): App | undefined {
  const bridge = (window as { openbookApp?: Bridge }).openbookApp;
  if (!bridge) return undefined;
  const { anonymousId, proof, token }: Shown = JSON.parse(bridge.session());
  if (read(OWNER) !== anonymousId) {
    // Somebody else used the app before: their session ends, and nothing of theirs is shown.
    const former = read(TOKEN);
    names(KEPT).forEach(erase);
    if (former) ask(`${host}/v1/chat/${key}/logout`, { method: 'POST', token: former }).catch(() => {});
  }
  if (anonymousId) write(OWNER, anonymousId);
  const known: Record<string, string | undefined> = { ob_a: anonymousId, ob_p: proof };
  const calls: Call[] = [['on', 'unread', (count: number) => bridge.tell('unread', `${count}`)]];
  if (token) calls.push(['identify', { token }]);
  return { allowed: anonymousId !== undefined, recall: (name) => known[name], calls };
}
