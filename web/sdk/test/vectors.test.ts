/** The vectors that every SDK runs (spec/sdk), as far as they mean something in a browser. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import behaviour from '../../../spec/sdk/behaviour.json';
import wire from '../../../spec/sdk/wire.json';
import { type Envelope, type Message, newSite, type Site } from './site';

interface Case {
  name: string;
  platform: string;
  before: unknown[][];
  call: string;
  arguments: unknown[];
  message: Record<string, any>;
}

interface Scenario {
  name: string;
  web?: boolean;
  options: { consent?: 'assumed' | 'required' };
  steps: Record<string, any>[];
}

const CASES = (wire.cases as unknown as Case[]).filter(
  ({ platform, call, before }) =>
    platform === 'ios' && ['track', 'identify', 'screen'].includes(call) && !before.some(([name]) => name === 'setPushToken'),
);
const SCENARIOS = (behaviour.scenarios as unknown as Scenario[]).filter(({ web }) => web);
const HOME = 'https://www.shop.test/';

let site: Site;
beforeEach(() => {
  site = newSite();
});
afterEach(() => site.close());

/** A call of an app, as a page makes it: what an app shows as a screen, a page tells as an event. */
function words(name: string, given: unknown[]): unknown[] {
  if (name === 'screen') return ['track', ...given];
  if (name === 'identify') return ['identify', given[0], given[1], { token: given[2] }];
  if (name === 'consent') return ['consent', given[0] ? 'granted' : 'denied'];
  return [name, ...given];
}

describe('wire.json', () => {
  it.each(CASES)('$name: $call', async ({ before, call, arguments: given, message }) => {
    await site.open(HOME);
    for (const [name, ...more] of before) await site.call(...words(name as string, more));
    await site.call(...words(call, given));
    const sent = site.messages.at(-1)!;
    const isScreen = message.type === 'screen';
    expect(sent.type).toBe(isScreen ? 'track' : message.type);
    expect(sent.event).toEqual(isScreen ? message.name : message.event);
    for (const part of ['userId', 'traits', 'properties'] as const)
      expect(sent[part]).toEqual(message[part]);
    expect(sent.context.token).toEqual(message.context.token);
    expect(sent.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(sent.messageId.length).toBeLessThanOrEqual(36);
    expect(sent.anonymousId.length).toBeLessThanOrEqual(36);
  });
});

/** A request that is on its way, until a step answers it. */
interface Waiting {
  envelope: Envelope;
  events: string[];
  answered: (answer: Response | undefined) => void;
}

/** A browser in which the steps of a scenario happen. Page views are a browser's own: answered, and passed over. */
class Browser {
  private readonly waiting: Waiting[] = [];
  private hasNetwork = true;
  private before = '';

  constructor(private readonly consent: 'assumed' | 'required') {}

  async open(): Promise<void> {
    await site.open(HOME, { consent: this.consent });
    (globalThis as any).fetch = (_: string, options: RequestInit) => this.ask(options.body as string);
    await this.after(0);
  }

  private ask(body: string): Promise<Response> {
    if (!this.hasNetwork) return Promise.reject(new Error('offline'));
    const envelope: Envelope = JSON.parse(body);
    const told = envelope.batch.filter(({ type }) => type !== 'page');
    if (told.length === 0) return Promise.resolve(Response.json({ success: true }));
    const events = told.map(({ type, event }) => [type, event].filter(Boolean).join(' '));
    return new Promise((answered, failed) => {
      const settle = (answer?: Response) => (answer ? answered(answer) : failed(new Error('cut')));
      this.waiting.push({ envelope, events, answered: settle });
    });
  }

  /** What a page gathers is 50 ms; what an app does at once may take as long here. */
  private after = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000 + 100);

  async take(step: Record<string, any>): Promise<void> {
    // A page sends soon by itself, and knows no other front or back than its being there.
    if (step.call === 'flush' || step.app === 'foreground' || step.app === 'background') return;
    if (step.call) await site.call(...words(step.call, step.arguments)), await this.after(0);
    else if (step.app === 'online') window.dispatchEvent(new Event('online')), await this.after(0);
    else if ('network' in step) this.hasNetwork = step.network;
    else if ('advance' in step) await this.after(step.advance);
    else if ('clock' in step) vi.setSystemTime(Date.now() + step.clock * 1000);
    else if ('request' in step) await this.answer(step.request, step.answer);
    else if (step.quiet) expect(this.waiting).toEqual([]);
    else if ('stored' in step) expect(this.stored.length).toBe(step.stored);
    else if (step.nothing) expect([...Object.keys(localStorage), document.cookie]).toEqual(['']);
    else if (step.kill) {
      this.before = this.installation;
      this.waiting.length = 0;
      await this.open();
    } else if (step.state) this.check(step.state);
    else throw new Error(`a step that this test does not know: ${JSON.stringify(step)}`);
  }

  private async answer(wanted: Record<string, any>, answer: Record<string, any> | 'none') {
    const sent = this.waiting.shift();
    const events = wanted.events.map((one: string) => one.replace(/^screen /, 'track '));
    expect(sent?.events).toEqual(events);
    const told = sent!.envelope.batch.at(-1) as Message;
    expect(told.context.proof).toEqual(wanted.proof);
    if (answer === 'none') sent!.answered(undefined);
    else {
      const { status, headers, body } = answer;
      sent!.answered(new Response(status === 204 ? null : JSON.stringify(body ?? {}), { status, headers }));
    }
    await this.after(0);
  }

  private check(wanted: Record<string, any>): void {
    if ('userId' in wanted) expect(this.cookie('ob_u') ?? null).toBe(wanted.userId);
    if ('consent' in wanted) expect(this.cookie('ob_c')).toBe(wanted.consent);
    if ('sameInstallation' in wanted)
      expect(this.installation === this.before).toBe(wanted.sameInstallation);
  }

  remember(): void {
    this.before = this.installation;
  }

  private get stored(): string[] {
    return site.stored.filter((name) => !localStorage[name].includes('"type":"page"'));
  }

  private get installation(): string {
    return this.cookie('ob_a') ?? '';
  }

  private cookie(name: string): string | undefined {
    return document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1];
  }
}

describe('behaviour.json', () => {
  it('is run in good part', () => expect(SCENARIOS.length).toBeGreaterThan(10));

  it.each(SCENARIOS)('$name', async ({ options, steps }) => {
    // The vectors use the longest wait.
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const browser = new Browser(options.consent ?? 'assumed');
    await browser.open();
    for (const step of steps) {
      vi.spyOn(Math, 'random').mockReturnValue(1);
      if (step.call === 'reset') browser.remember();
      await browser.take(step);
    }
  });
});
