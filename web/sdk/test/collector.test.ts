import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clearDevice, newSite, type Site } from './site';

const HOME = 'https://www.shop.test/';
let site: Site;

beforeEach(() => {
  site = newSite();
});

afterEach(() => site.close());

describe('a page view', () => {
  it('is sent on load with what the catalogue has fields for, and nothing else', async () => {
    const hints = { platformVersion: '15.0.0', brands: [], mobile: false, platform: 'Windows' };
    await site.open(`${HOME}tea?token=secret#x`, {}, { referrer: 'https://news.test/a', hints });
    const [request] = site.requests;
    expect(request!.url).toBe('https://talk.test/v1/b');
    expect(request!.options).toMatchObject({ method: 'POST', keepalive: true, credentials: 'omit' });
    expect(request!.options.headers).toBeUndefined();
    const [envelope] = site.envelopes;
    expect(Object.keys(envelope!)).toEqual(['writeKey', 'sentAt', 'batch']);
    expect(envelope!.batch).toHaveLength(1);
    const { messageId, anonymousId, timestamp, ...rest } = envelope!.batch[0]!;
    expect(messageId).toMatch(/^[0-9a-z]{16,28}$/);
    expect(anonymousId).toMatch(/^[0-9a-z]{16,28}$/);
    expect(timestamp).toMatch(/^2026-11-23T00:00:00/);
    expect(rest).toEqual({
      type: 'page',
      context: {
        page: { url: `${HOME}tea`, referrer: 'https://news.test' },
        locale: navigator.language,
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        library: { name: 'openbook-web', version: '0.0.0-test' },
        userAgent: navigator.userAgent,
        userAgentData: hints,
      },
    });
  });

  it('of a single-page app is one per address, and only the first has the referrer', async () => {
    await site.open(HOME, {}, { referrer: 'https://news.test/' });
    await site.go('/a');
    await site.go('/a?color=red');
    await site.go('/a#size');
    history.replaceState(null, '', '/b');
    await site.settle();
    const pages = site.messages.map(({ context }) => context.page);
    expect(pages).toEqual([
      { url: HOME, referrer: 'https://news.test' },
      { url: `${HOME}a` },
      { url: `${HOME}b` },
    ]);
  });

  it('asked for by hand on load does not count twice, later it does', async () => {
    await site.open(HOME, {}, { calls: [['page']] });
    expect(site.messages).toHaveLength(1);
    await site.call('page');
    expect(site.messages).toHaveLength(2);
  });

  it('happens again when the page comes back from the browser’s memory', async () => {
    await site.open(HOME);
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
    await site.settle();
    expect(site.messages).toHaveLength(2);
  });

  it('waits until a page rendered ahead is shown', async () => {
    const ahead = vi.fn(() => true);
    Object.defineProperty(document, 'prerendering', { get: ahead, configurable: true });
    await site.open(HOME);
    expect(site.requests).toHaveLength(0);
    ahead.mockReturnValue(false);
    document.dispatchEvent(new Event('prerenderingchange'));
    await site.settle();
    expect(site.messages).toHaveLength(1);
  });

  it('has nothing of a field that the operator switched off', async () => {
    const off = { page: false, referrer: false, language: false, timezone: false, hints: false };
    await site.open(HOME, off, { referrer: 'https://news.test/', hints: { model: 'X' } });
    expect(site.messages[0]!.context).toEqual({
      page: {},
      library: { name: 'openbook-web', version: '0.0.0-test' },
    });
  });
});

describe('campaigns and Global Privacy Control', () => {
  const LANDING = `${HOME}?utm_source=mail&gclid=7`;

  it.each([
    ['off by default', {}, undefined, undefined],
    ['on when switched on', { campaign: true }, undefined, { source: 'mail' }],
    ['off under the visitor’s signal', { campaign: true }, true, undefined],
    ['only exactly true is the signal', { campaign: true }, '1', { source: 'mail' }],
  ])('campaign is %s', async (_, config, gpc, campaign) => {
    await site.open(LANDING, config, { gpc });
    const { context } = site.messages[0]!;
    expect(context.campaign).toEqual(campaign);
    expect(JSON.stringify(context)).not.toContain('gclid');
    expect(context.gpc).toBe(gpc === true ? true : undefined);
  });

  it('counts as no consent where the operator wants that, until consent is given', async () => {
    await site.open(HOME, { gpc: 'refuse' }, { gpc: true });
    expect([site.requests, document.cookie]).toEqual([[], '']);
    await site.call('consent', 'granted');
    expect(site.messages).toHaveLength(1);
  });

  it('sends no referrer under the signal', async () => {
    await site.open(HOME, {}, { gpc: true, referrer: 'https://news.test/' });
    expect(site.messages[0]!.context.page).toEqual({ url: HOME });
  });
});

describe('identity', () => {
  it('is one random id, the same on the next page and in the cookie', async () => {
    await site.open(HOME);
    await site.open(`${HOME}next`);
    const [one, two] = site.messages;
    expect(one!.anonymousId).toBe(two!.anonymousId);
    expect(one!.messageId).not.toBe(two!.messageId);
    expect(document.cookie).toContain(`ob_a=${one!.anonymousId}`);
  });

  it('survives in storage where cookies are refused, for 13 months and no longer', async () => {
    vi.spyOn(document, 'cookie', 'get').mockReturnValue('');
    await site.open(HOME);
    const refuse = () => vi.spyOn(document, 'cookie', 'get').mockReturnValue('');
    clearDeviceCookies();
    refuse();
    const { recall } = await import('../src/cookies');
    const id = recall('ob_a');
    expect(id).toBe(site.messages[0]!.anonymousId);
    vi.setSystemTime(Date.now() + 396 * 864e5);
    expect(recall('ob_a')).toBeUndefined();
  });

  it('is taken over from a Segment library', async () => {
    document.cookie = 'ajs_anonymous_id=%22from-before%22;path=/';
    await site.open(HOME);
    expect(site.messages[0]!.anonymousId).toBe('from-before');
  });

  it('identify keeps the user id for later messages, and the token for its own only', async () => {
    await site.open(HOME);
    await site.call('identify', 42, { email: 'a@b.test' }, { token: 'jwt' });
    await site.call('track', 'Bought', { price: 3 });
    const [, identify, track] = site.messages;
    expect(identify).toMatchObject({
      type: 'identify',
      userId: '42',
      traits: { email: 'a@b.test' },
      context: { token: 'jwt' },
    });
    expect(track).toMatchObject({ userId: '42', event: 'Bought', properties: { price: 3 } });
    expect(track!.context.token).toBeUndefined();
  });

  it('identify takes traits without a user id', async () => {
    await site.open(HOME);
    await site.call('identify', { name: 'Ada' });
    expect(site.messages[1]).toMatchObject({ type: 'identify', traits: { name: 'Ada' } });
    expect(site.messages[1]!.userId).toBeUndefined();
  });

  it('sends the device’s proof only beside a token, and never another device’s', async () => {
    site.answer = () => Response.json({ success: true, proof: 'p1' });
    await site.open(HOME);
    site.answer = () => Response.json({ success: true });
    await site.call('identify', 'u', { token: 'not one' });
    await site.call('identify', 'u', {}, { token: 'jwt' });
    await site.call('reset');
    await site.call('identify', 'v', {}, { token: 'jwt' });
    expect(site.messages.map(({ context }) => context.proof)).toEqual([
      undefined,
      undefined,
      'p1',
      undefined,
    ]);
  });

  it('waits with a token for the answer that brings the proof', async () => {
    site.answer = () => Response.json({ success: true, proof: 'p1' });
    await site.open(HOME, {}, { calls: [['page'], ['identify', 'u', {}, { token: 'jwt' }]] });
    expect(site.envelopes.map(({ batch }) => batch.map(({ type }) => type))).toEqual([
      ['page'],
      ['identify'],
    ]);
    expect(site.messages[1]!.context).toMatchObject({ token: 'jwt', proof: 'p1' });
  });

  it('keeps the first of the proofs that may be worth nothing, until there is a proof', async () => {
    site.answer = () => Response.json({ success: true, firstProof: 'f1' });
    await site.open(HOME);
    site.answer = () => Response.json({ success: true, firstProof: 'f2' });
    await site.call('page');
    await site.call('identify', 'u', {}, { token: 'jwt' });
    site.answer = () => Response.json({ success: true, proof: 'p1' });
    await site.call('track', 'x');
    await site.call('identify', 'u', {}, { token: 'jwt' });
    const proofs = site.messages.map(({ context }) => context.proof);
    expect(proofs.filter(Boolean)).toEqual(['f1', 'p1']);
  });

  it('ignores a proof that arrives after a reset', async () => {
    await site.open(HOME);
    let arrive = (_: Response): void => {};
    const fetched = globalThis.fetch;
    (globalThis as any).fetch = () => new Promise<Response>((done) => (arrive = done));
    await site.call('track', 'x');
    await site.call('reset');
    arrive(Response.json({ proof: 'old' }));
    (globalThis as any).fetch = fetched;
    await site.call('identify', 'v', {}, { token: 'jwt' });
    expect(site.messages.at(-1)!.context.proof).toBeUndefined();
  });

  it('reset starts a new person at once and sends what the last one did', async () => {
    await site.open(HOME);
    await site.call('identify', 'u');
    (window as any).openbook('track', 'Last');
    await site.call('reset');
    await site.call('track', 'First');
    const [page, , last, first] = site.messages;
    expect(last).toMatchObject({ event: 'Last', userId: 'u', anonymousId: page!.anonymousId });
    expect(first!.userId).toBeUndefined();
    expect(first!.anonymousId).not.toBe(page!.anonymousId);
  });
});

describe('consent', () => {
  it('when required, nothing is stored and nothing sent before it is given', async () => {
    const calls = [['identify', 'u', { name: 'Ada' }], ['track', 'x']];
    await site.open(HOME, { consent: 'required' }, { calls });
    await site.call('track', 'y');
    dispatchEvent(new Event('pagehide'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([site.requests, site.beacons]).toEqual([[], []]);
    expect(Object.keys(localStorage)).toEqual([]);
    expect(document.cookie).toBe('');
    await site.call('consent', 'granted');
    expect(site.messages.map(({ type }) => type).sort()).toEqual(['identify', 'page']);
  });

  it('is remembered on the next page', async () => {
    await site.open(HOME, { consent: 'required' }, { calls: [['consent', 'granted']] });
    await site.open(`${HOME}next`, { consent: 'required' });
    expect(site.messages.map(({ context }) => context.page.url)).toEqual([HOME, `${HOME}next`]);
  });

  it.each(['assumed', 'required'] as const)('denied wipes and stops (%s)', async (mode) => {
    await site.open(HOME, { consent: mode });
    await site.call('consent', 'granted');
    site.answer = () => new Error('offline');
    await site.call('identify', 'u');
    expect(site.stored).toHaveLength(1);
    await site.call('consent', 'denied');
    site.answer = () => Response.json({});
    await site.call('track', 'x');
    await site.open(`${HOME}next`, { consent: mode });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(site.messages).toHaveLength(1);
    expect(Object.keys(localStorage)).toEqual(['ob_c']);
    expect(document.cookie).toBe('ob_c=denied');
  });

  it('given again after a refusal starts a new person', async () => {
    await site.open(HOME);
    await site.call('consent', 'denied');
    await site.call('consent', 'granted');
    const [before, after] = site.messages;
    expect(after!.anonymousId).not.toBe(before!.anonymousId);
  });

  it('a refusal in the page’s own snippet comes before the first page view', async () => {
    await site.open(HOME, {}, { calls: [['consent', 'denied']] });
    expect(site.requests).toHaveLength(0);
  });
});

describe('the page it is on', () => {
  it('gets no error, whatever it calls', async () => {
    const calls = [['nonsense'], ['identify', Symbol('x')], ['track'], [], ['consent', 'maybe']];
    await site.open(HOME, {}, { calls });
    await site.call('__proto__');
    await site.call('track', 'still here');
    expect(site.messages.at(-1)!.event).toBe('still here');
  });

  it('may paste the snippet twice', async () => {
    await site.open(HOME);
    vi.resetModules();
    await import('../src/index');
    await site.settle();
    expect(site.messages).toHaveLength(1);
  });

  it('may forbid every kind of storage', async () => {
    const refuse = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    const real = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')!;
    Object.defineProperty(globalThis, 'localStorage', { get: refuse, configurable: true });
    Object.defineProperty(document, 'cookie', { get: refuse, set: refuse, configurable: true });
    try {
      await site.open(HOME);
      await site.call('track', 'x');
      const [page, track] = site.messages;
      expect(track!.anonymousId).toBe(page!.anonymousId);
    } finally {
      Object.defineProperty(globalThis, 'localStorage', real);
      delete (document as any).cookie;
    }
  });
});

function clearDeviceCookies(): void {
  vi.restoreAllMocks();
  const kept = { ...localStorage };
  clearDevice();
  for (const [name, text] of Object.entries(kept)) localStorage.setItem(name, text as string);
}
