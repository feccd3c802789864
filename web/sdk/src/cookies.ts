/**
 * What is remembered about this browser: first-party cookies on the widest domain that the browser
 * lets a page set, each mirrored in storage for browsers that keep no cookies.
 */
import { attempt } from './attempt';
import { erase, read, write } from './storage';

/** 13 months, counted from the day the value was made and not renewed by later visits. */
const LIFE_SECONDS = 395 * 86400;

const jar = (): string => attempt(() => document.cookie) || '';

export function cookie(name: string): string | undefined {
  const found = jar().match(`(?:^|; )${name}=([^;]*)`);
  return found ? attempt(() => decodeURIComponent(found[1]!)) : undefined;
}

/** Tries `com`, `shop.com`, `www.shop.com`, then no domain: public suffixes are refused. */
function bake(name: string, value: string, seconds: number): void {
  const host = location.hostname.split('.');
  const domains = host.map((_, at) => `;domain=${host.slice(~at).join('.')}`);
  const secure = location.protocol === 'https:' ? ';secure' : '';
  const baked = `${name}=${encodeURIComponent(value)};path=/;max-age=${seconds};samesite=lax${secure}`;
  [...domains, ''].some((domain) => {
    attempt(() => {
      document.cookie = baked + domain;
    });
    return seconds > 0 && cookie(name) === value;
  });
}

/** Cookies are the truth where there are any: another subdomain may have changed them. */
export function recall(name: string): string | undefined {
  if (/\bob_[ac]=/.test(jar())) return cookie(name);
  const mirror = read(name) || '';
  return parseInt(mirror, 36) > Date.now() ? mirror.slice(mirror.indexOf('.') + 1) : undefined;
}

export function remember(name: string, value: string): void {
  bake(name, value, LIFE_SECONDS);
  write(name, `${(Date.now() + LIFE_SECONDS * 1000).toString(36)}.${value}`);
}

export function forget(name: string): void {
  bake(name, '', -1);
  erase(name);
}
