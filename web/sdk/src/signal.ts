/** Global Privacy Control: the visitor's browser asks, for all sites, not to be sold or shared. */
interface Signalling {
  globalPrivacyControl?: unknown;
}

/** The standard knows one value that means it. */
export const asksForPrivacy = (): boolean =>
  (navigator as Signalling).globalPrivacyControl === true;
