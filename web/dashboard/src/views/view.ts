/** A saved view, as the dashboard holds it. */
import type { Asked } from '../contacts/asked';
import type { Layout } from '../contacts/layout';

export interface View extends Layout {
  readonly id: string;
  readonly name: string;
  readonly isShared: boolean;
  readonly isMine: boolean;
  readonly mayChange: boolean;
  readonly asked: Asked;
}

export interface Views {
  readonly items: readonly View[];
  /** How one's own list looks, as it was kept last; null where nothing was changed. */
  readonly layout: Layout | null;
}
