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
  /** How the chat's button looks and where its panel is; nothing where the chat is off. */
  readonly chat?: Chat | null;
}

export interface Chat {
  /** Path of the panel's script on the host. */
  readonly panel: string;
  /** `#rrggbb`, and what can be read on it. */
  readonly colour: string;
  readonly ink: string;
  readonly position: 'right' | 'left';
}

declare const __OPENBOOK_CONFIG__: Config;

export const config: Config = __OPENBOOK_CONFIG__;
