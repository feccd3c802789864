import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULTS } from './site';

async function pageRules(config = {}) {
  vi.resetModules();
  (window as any).happyDOM.setURL('https://www.shop.test/');
  Object.assign(globalThis, { __OPENBOOK_CONFIG__: { ...DEFAULTS, ...config } });
  return import('../src/page');
}

describe('a page address', () => {
  it.each([
    ['https://shop.test/', 'https://shop.test/'],
    ['https://shop.test/a?reset_token=1#top', 'https://shop.test/a'],
    ['https://user:word@shop.test:8443/a', 'https://shop.test:8443/a'],
    ['https://shop.test/a?q=tea&x=1&q=oat', 'https://shop.test/a?q=tea&q=oat'],
    ['https://shop.test/a?utm_source=x', 'https://shop.test/a'],
    ['https://shop.test/à b', 'https://shop.test/%C3%A0%20b'],
  ])('%s is sent as %s', async (address, sent) => {
    const { pageUrl } = await pageRules({ keep: ['q', 'utm_source'] });
    expect(pageUrl(address)).toBe(sent);
  });
});

describe('a referrer', () => {
  beforeEach(() => (window as any).happyDOM.setURL('https://www.shop.test/'));
  it.each([
    ['https://news.test/story?id=7', 'https://news.test'],
    ['https://www.shop.test/before', undefined],
    ['https://www.shop.test.other.test/', 'https://www.shop.test.other.test'],
    ['android-app://com.google.android.gm/', undefined],
    ['', undefined],
  ])('%s is sent as %s', async (address, sent) => {
    const { referrerOf } = await pageRules();
    expect(referrerOf(address)).toBe(sent);
  });
});

describe('a campaign', () => {
  it.each([
    ['?utm_source=mail&utm_campaign=spring&UTM_Id=7', { source: 'mail', name: 'spring', id: '7' }],
    ['?utm_source=&gclid=9', undefined],
    [`?utm_term=${'x'.repeat(300)}`, { term: 'x'.repeat(255) }],
  ])('%s is read as %o', async (query, read) => {
    const { campaignOf } = await pageRules();
    expect(campaignOf(`https://shop.test/${query}`)).toEqual(read);
  });
});
