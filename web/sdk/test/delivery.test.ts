import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newSite, type Site } from './site';

const HOME = 'https://www.shop.test/';
let site: Site;

beforeEach(async () => {
  site = newSite();
  await site.open(HOME);
  site.requests.length = 0;
});

afterEach(() => site.close());

const offline = () => new Error('offline');
const status = (code: number, headers = {}) => () => new Response('{}', { status: code, headers });
const after = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe('a message', () => {
  it('that cannot be delivered is sent again, unchanged, with a new time of sending', async () => {
    site.answer = status(503);
    await site.call('track', 'x');
    site.answer = status(200);
    await after(400_000);
    const [first, last] = [site.envelopes[0]!, site.envelopes.at(-1)!];
    expect(last.batch).toEqual(first.batch);
    expect(last.sentAt > first.sentAt).toBe(true);
    expect(site.stored).toEqual([]);
  });

  it('outlives its page', async () => {
    site.answer = offline;
    await site.call('track', 'x');
    site.answer = status(200);
    await after(30 * 3600_000 - 1); // a day and a quarter without a network, then a new visit
    await site.open(`${HOME}later`);
    await after(20_000);
    expect(site.messages.some(({ event }) => event === 'x')).toBe(true);
  });

  it.each([400, 401, 404, 413, 422])('refused with %i is dropped', async (code) => {
    site.answer = status(code);
    await site.call('track', 'x');
    expect(site.stored).toEqual([]);
    await after(600_000);
    expect(site.requests).toHaveLength(1);
  });

  it.each([429, 500, 502, 503])('answered with %i is kept', async (code) => {
    site.answer = status(code);
    await site.call('track', 'x');
    expect(site.stored).toHaveLength(1);
  });

  it('larger than the server takes is not queued', async () => {
    await site.call('track', 'x', { text: 'é'.repeat(17_000) });
    expect(site.requests).toHaveLength(0);
  });
});

it('a storage that does not forget makes no storm of requests', async () => {
  const stuck = vi.spyOn(Storage.prototype, 'removeItem').mockImplementation(() => {});
  await site.call('track', 'x');
  await after(60_000);
  expect(site.requests).toHaveLength(1);
  stuck.mockRestore();
});

describe('patience', () => {
  it.each([
    ['seconds', '120'],
    ['a date', new Date(Date.UTC(2026, 10, 23, 0, 2, 1)).toUTCString()],
  ])('keeps the silence that the server asked for in %s, on later pages too', async (_, header) => {
    site.answer = status(429, { 'Retry-After': header });
    await site.call('track', 'x');
    site.answer = status(200);
    dispatchEvent(new Event('online'));
    await site.open(`${HOME}next`);
    dispatchEvent(new Event('pagehide'));
    await after(115_000);
    expect(site.requests).toHaveLength(1);
    expect(site.beacons).toHaveLength(0);
    await after(20_000);
    expect(site.messages).toHaveLength(3);
  });

  it('grows with each failure, up to five minutes, spread by chance', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    site.answer = offline;
    let tries = 0;
    const times: number[] = [];
    site.answer = () => {
      tries += 1;
      times.push(Date.now());
      return new Error('offline');
    };
    await site.call('track', 'x');
    await after(1200_000);
    const waits = times.slice(1).map((time, at) => Math.round((time - times[at]!) / 1000));
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    expect(tries).toBe(12);
  });

  it('ends when the network is back', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    site.answer = offline;
    await site.call('track', 'x');
    await after(100_000);
    site.answer = status(200);
    dispatchEvent(new Event('online'));
    await site.settle();
    expect(site.messages).toHaveLength(1);
  });
});

describe('the queue', () => {
  it('is sent in batches of 20 messages and 60 KB', async () => {
    site.answer = offline;
    for (let i = 0; i < 45; i += 1) (window as any).openbook('track', `small ${i}`);
    for (let i = 0; i < 3; i += 1) (window as any).openbook('track', 'large', { t: 'x'.repeat(29_000) });
    await site.settle();
    site.answer = status(200);
    dispatchEvent(new Event('online'));
    await site.settle();
    expect(site.messages).toHaveLength(48);
    for (const { body } of site.requests) expect(body.length).toBeLessThan(64_000);
    for (const { batch } of site.envelopes) expect(batch.length).toBeLessThanOrEqual(20);
  });

  it('holds at most 1,000 messages, the newest', async () => {
    site.answer = offline;
    for (let i = 0; i < 1010; i += 1) {
      (window as any).openbook('track', `event ${i}`);
      if (i % 100 === 0) await after(1);
    }
    await site.settle();
    expect(site.stored).toHaveLength(1000);
    const kept = site.stored.map((name) => localStorage.getItem(name)!);
    expect(kept.some((text) => text.includes('event 1009'))).toBe(true);
  });

  it('holds at most a million characters', async () => {
    site.answer = offline;
    for (let i = 0; i < 40; i += 1) (window as any).openbook('track', 'x', { t: 'x'.repeat(29_000) });
    await site.settle();
    const characters = site.stored.reduce((sum, name) => sum + localStorage.getItem(name)!.length, 0);
    expect(characters).toBeLessThanOrEqual(1e6);
    expect(site.stored.length).toBeGreaterThan(30);
  });

  it('leaves a fresh message of another tab to that tab, and takes an old one', async () => {
    const key = `ob_q.${Date.now().toString(36)}.other`;
    localStorage.setItem(key, '{"type":"track","event":"other tab"}');
    await site.call('track', 'mine');
    expect(site.messages.map(({ event }) => event)).toEqual(['mine']);
    await after(20_000);
    expect(site.messages.map(({ event }) => event)).toEqual(['mine', 'other tab']);
  });

  it('forgets what is older than a week', async () => {
    const key = `ob_q.${(Date.now() - 8 * 864e5).toString(36)}.old`;
    localStorage.setItem(key, '{}');
    await site.call('track', 'x');
    expect(localStorage.getItem(key)).toBeNull();
  });
});

it.each([-20, 20])('a clock that was %d years off costs nothing that was queued', async (years) => {
  const wrong = years * 365 * 864e5;
  site.answer = offline;
  vi.setSystemTime(Date.now() + wrong);
  await site.call('track', 'x');
  vi.setSystemTime(Date.now() - wrong);
  site.answer = status(200);
  await site.open(`${HOME}later`);
  await after(20_000);
  expect(site.messages.filter(({ event }) => event === 'x').length).toBeGreaterThan(0);
  expect(site.stored).toEqual([]);
});

describe('a page that goes away', () => {
  it('hands over what is not on its way, once', async () => {
    (window as any).openbook('track', 'clicked');
    await after(1);
    dispatchEvent(new Event('pagehide'));
    document.dispatchEvent(new Event('visibilitychange'));
    await site.settle();
    expect(site.requests).toHaveLength(0);
    expect(site.beacons).toHaveLength(1);
    expect(site.beacons[0]!.url).toBe('https://talk.test/v1/b');
    expect(JSON.parse(site.beacons[0]!.body).batch[0].event).toBe('clicked');
  });

  it('sends it again when it comes back, since nobody confirmed it', async () => {
    (window as any).openbook('track', 'clicked');
    await after(1);
    dispatchEvent(new Event('pagehide'));
    dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await site.settle();
    expect(site.messages.map(({ event }) => event)).toContain('clicked');
    expect(site.stored).toEqual([]);
  });
});
