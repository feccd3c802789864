/** The circumstances that travel with each message: only what the catalogue has a field for. */
import { attempt } from './attempt';
import { config } from './config';
import { campaignOf, type Page, pageUrl, referrerOf } from './page';
import { asksForPrivacy } from './signal';

declare const __OPENBOOK_VERSION__: string;

/** Client hints: TypeScript's library does not know them. */
interface Hinting {
  userAgentData?: { getHighEntropyValues(names: string[]): Promise<object> };
}

let hints: Promise<object | void> | undefined;

/** Asked once, and not before something may be sent. */
const readHints = async (): Promise<object | void> =>
  (hints ||= (navigator as Hinting).userAgentData?.getHighEntropyValues([
    'platformVersion',
    'fullVersionList',
    'model',
  ]));

let cameFrom = true;

export async function readContext(isView: boolean): Promise<Record<string, unknown>> {
  const address = location.href;
  const isPrivate = asksForPrivacy();
  const page: Page = {};
  if (config.page) page.url = pageUrl(address);
  // A document has one referrer: in a single-page app only its first view came from there.
  if (isView && cameFrom && config.referrer && !isPrivate)
    page.referrer = referrerOf(document.referrer);
  cameFrom &&= !isView;
  return {
    page,
    campaign: isView && config.campaign && !isPrivate ? campaignOf(address) : undefined,
    locale: config.language ? navigator.language : undefined,
    timezone: config.timezone
      ? attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone)
      : undefined,
    gpc: isPrivate || undefined,
    library: { name: 'openbook-web', version: __OPENBOOK_VERSION__ },
    // Of now: a queued message may be delivered by a later version of the browser.
    userAgent: config.hints ? navigator.userAgent : undefined,
    // Browsers refuse by a promise; what an extension puts in their place may throw.
    userAgentData: config.hints ? await readHints().catch(() => {}) : undefined,
  };
}
