/** What a value is worth, in one of five words: the same everywhere. */
import type { Provenance } from '../../../client/src';

/** `approximate`: looked up from the network address; `derived`: worked out from other values. */
export type Standing = 'approximate' | 'derived' | 'verified' | 'claimed' | 'observed';

export const STANDINGS: readonly Standing[] = ['verified', 'claimed', 'observed', 'derived', 'approximate'];

export function standingOf(from: Provenance): Standing {
  if (from.derived) return from.from?.startsWith('ip') ? 'approximate' : 'derived';
  if (from.verified) return 'verified';
  return from.trust === 'claimed' ? 'claimed' : 'observed';
}
