/** Whom an action is about, as it is sent: those picked, or all that match but those left out. */
import type { Question } from '../contacts/found';
import type { Picked } from '../contacts/picking';

export type Whom = { ids: string[] } | (Question & { except_ids?: string[] });

export function whom({ isAll, ids }: Picked, question: Question): Whom {
  if (!isAll) return { ids: [...ids] };
  return ids.size ? { ...question, except_ids: [...ids] } : question;
}

/** How many they are, as far as is known. */
export function howMany({ isAll, ids }: Picked, count: { count: number; about: boolean } | undefined): { number: number; about: boolean } | null {
  if (!isAll) return { number: ids.size, about: false };
  return count ? { number: Math.max(0, count.count - ids.size), about: count.about } : null;
}
