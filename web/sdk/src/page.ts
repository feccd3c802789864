/** What may be said about the page: its address, where the visit came from, which campaign. */
import { config } from './config';

export interface Page {
  url?: string;
  referrer?: string;
}

const isCampaignKey = (key: string): boolean => /^utm_/i.test(key);

/** The address without fragment, password and query, but for the keys that the operator keeps. */
export function pageUrl(address: string): string {
  const url = new URL(address);
  url.hash = url.username = url.password = '';
  url.search = `${new URLSearchParams(
    [...url.searchParams].filter(([key]) => config.keep.includes(key) && !isCampaignKey(key)),
  )}`;
  return url.href;
}

/** The origin of an outside page that led here; never its path. */
export function referrerOf(address: string): string | undefined {
  const isOutside = address.startsWith('http') && !address.startsWith(`${location.origin}/`);
  return isOutside ? new URL(address).origin : undefined;
}

/** `utm_campaign` is called `name` on the wire, the others lose their beginning. */
export function campaignOf(address: string): Record<string, string> | undefined {
  let campaign: Record<string, string> | undefined;
  new URL(address).searchParams.forEach((value, key) => {
    if (!isCampaignKey(key) || !value) return;
    const name = key.slice(4).toLowerCase();
    campaign = { [name === 'campaign' ? 'name' : name]: value.slice(0, 255), ...campaign };
  });
  return campaign;
}
