/** What the operator decided about this site: the server writes it into the script it serves. */
export interface Config {
  /** The public write key: it may add, never read. */
  readonly key: string;
  /** Where messages go: scheme and host, no trailing slash. */
  readonly host: string;
  /** `required`: nothing is stored on the device or sent before `openbook('consent', 'granted')`. */
  readonly consent: 'assumed' | 'required';
  /** `refuse`: Global Privacy Control counts as no consent given. */
  readonly gpc: 'limit' | 'refuse';
  /** Each switch is one field of the catalogue; what is off is not even read from the browser. */
  readonly campaign: boolean;
  readonly referrer: boolean;
  readonly language: boolean;
  readonly timezone: boolean;
  readonly page: boolean;
  readonly hints: boolean;
  /** The only query parameters that stay in a page's address. */
  readonly keep: readonly string[];
}

declare const __OPENBOOK_CONFIG__: Config;

export const config: Config = __OPENBOOK_CONFIG__;
