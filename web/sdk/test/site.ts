/** A page with the collector on it: its configuration, its network and its clock, in a test's hands. */
import { vi } from 'vitest';
import type { Config } from '../src/config';

export const DEFAULTS: Config = {
  key: 'wk_test',
  host: 'https://talk.test',
  consent: 'assumed',
  gpc: 'limit',
  campaign: false,
  referrer: true,
  language: true,
  timezone: true,
  page: true,
  hints: true,
  keep: [],
};

export interface Message {
  type: string;
  messageId: string;
  anonymousId: string;
  userId?: string;
  timestamp: string;
  event?: string;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
  context: Record<string, any>;
}

export interface Envelope {
  writeKey: string;
  sentAt: string;
  batch: Message[];
}

const UNPATCHED = { pushState: history.pushState, replaceState: history.replaceState };

type Answer = Response | Error;

export class Site {
  readonly requests: { url: string; body: string; options: RequestInit }[] = [];
  readonly beacons: { url: string; body: string }[] = [];
  answer: () => Answer = () => Response.json({ success: true });
  private readonly listening: [EventTarget, string, any][] = [];

  /** A fresh page: modules anew, storage as the last page left it. */
  async open(
    address: string,
    config: Partial<Config> = {},
    page: { referrer?: string; calls?: unknown[][]; gpc?: unknown; hints?: object } = {},
  ): Promise<void> {
    this.close();
    vi.resetModules();
    (window as any).happyDOM.setURL(address);
    Object.assign(globalThis, { __OPENBOOK_CONFIG__: { ...DEFAULTS, ...config } });
    vi.spyOn(document, 'referrer', 'get').mockReturnValue(page.referrer ?? '');
    const browser = navigator as any;
    Object.defineProperty(browser, 'globalPrivacyControl', { value: page.gpc, configurable: true });
    Object.defineProperty(browser, 'userAgentData', {
      value: page.hints && { getHighEntropyValues: async () => page.hints },
      configurable: true,
    });
    browser.sendBeacon = (url: string, body: string) => this.beacons.push({ url, body }) > 0;
    (globalThis as any).fetch = async (url: string, options: RequestInit) => {
      const answer = this.answer();
      if (answer instanceof Error) throw answer;
      this.requests.push({ url, body: options.body as string, options });
      return answer;
    };
    (window as any).openbook = undefined;
    if (page.calls) {
      const stub: any = () => {};
      stub.q = page.calls;
      (window as any).openbook = stub;
    }
    for (const target of [window, document] as EventTarget[]) {
      const listen = target.addEventListener.bind(target);
      vi.spyOn(target, 'addEventListener').mockImplementation((name: string, act: any) => {
        this.listening.push([target, name, act]);
        listen(name, act);
      });
    }
    await import('../src/index');
    await this.settle();
  }

  /** The page goes: its listeners and timers with it. */
  close(): void {
    for (const [target, name, act] of this.listening.splice(0)) target.removeEventListener(name, act);
    Object.assign(history, UNPATCHED);
    vi.restoreAllMocks();
    vi.clearAllTimers();
  }

  /** Lets what is due in the next 100 ms happen. */
  settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(100);

  async call(...given: unknown[]): Promise<void> {
    (window as any).openbook(...given);
    await this.settle();
  }

  async go(address: string): Promise<void> {
    history.pushState(null, '', address);
    await this.settle();
  }

  get envelopes(): Envelope[] {
    return this.requests.map(({ body }) => JSON.parse(body));
  }

  get messages(): Message[] {
    return this.envelopes.flatMap(({ batch }) => batch);
  }

  get stored(): string[] {
    return Object.keys(localStorage).filter((name) => name.startsWith('ob_q.'));
  }
}

/** A site that a new device visits, on a clock that moves only as the test says. */
export function newSite(): Site {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 23) });
  clearDevice();
  return new Site();
}

export function clearDevice(): void {
  localStorage.clear();
  for (const pair of document.cookie.split('; ')) {
    const name = pair.split('=')[0];
    for (const domain of ['', ';domain=shop.test', ';domain=www.shop.test', ';domain=test']) {
      document.cookie = `${name}=;path=/;max-age=-1${domain}`;
    }
  }
}
