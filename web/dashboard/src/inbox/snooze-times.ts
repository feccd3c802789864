/** Until when a conversation can sleep: the moments people mean by "later". */

export interface Later {
  readonly id: 'today' | 'tomorrow' | 'week';
  /** UNIX seconds. */
  readonly at: number;
}

const MORNING = 9;
const LATER_HOURS = 3;
const EVENING = 18;

/** `now`: on the clock of whoever snoozes. */
export function laterFrom(now: Date): Later[] {
  const at = (days: number, hour: number) => {
    const then = new Date(now);
    then.setDate(then.getDate() + days);
    then.setHours(hour, 0, 0, 0);
    return then.getTime() / 1000;
  };
  const days = (8 - now.getDay()) % 7 || 7; // until the next Monday
  const today = now.getHours() + LATER_HOURS;
  return [
    // In the evening "later today" would be at night: it is left out.
    ...(today <= EVENING ? [{ id: 'today' as const, at: at(0, today) }] : []),
    { id: 'tomorrow', at: at(1, MORNING) },
    { id: 'week', at: at(days, MORNING) },
  ];
}
