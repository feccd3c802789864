/** What browsers call themselves, in words. */
import { expect, test } from 'vitest';
import { browserOf } from '../src/account/agent';

const MOZILLA = 'Mozilla/5.0';
const CHROMIUM = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0';

test.each([
  [`${MOZILLA} (X11; Linux x86_64) ${CHROMIUM} Safari/537.36`, 'Chrome 156', 'Linux'],
  [`${MOZILLA} (Windows NT 10.0; Win64; x64) ${CHROMIUM} Safari/537.36 Edg/156.0.0.0`, 'Edge 156', 'Windows'],
  [`${MOZILLA} (Linux; Android 16; K) ${CHROMIUM} Mobile Safari/537.36`, 'Chrome 156', 'Android'],
  [`${MOZILLA} (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0`, 'Firefox 153', 'Linux'],
  [`${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15`, 'Safari 26', 'macOS'],
  [`${MOZILLA} (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1`, 'Safari 26', 'iPhone'],
  [`${MOZILLA} (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1`, 'Chrome 156', 'iPhone'],
])('%s', (agent, browser, system) => {
  expect(browserOf(agent)).toEqual({ browser, system });
});

test.each(['', 'curl/8.14.1', 'python-httpx/0.28'])('%j is no browser that has a name here', (agent) => {
  expect(browserOf(agent)).toBeNull();
});
