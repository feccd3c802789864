/** Values of conditions as texts of an address, and as what a form shows. */

export const UNITS = ['h', 'd'] as const;
export type Unit = (typeof UNITS)[number];

/** `7d` as 7 days. */
export function span(text: string): [number, Unit] {
  const found = /^(\d+)([hd])$/.exec(text);
  return found ? [Number(found[1]), found[2] as Unit] : [7, 'd'];
}

/** A moment as `<input type="datetime-local">` has it, in the reader's zone. */
export function toLocal(text: string): string {
  const moment = read(text);
  if (!moment) return '';
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** And back, in UTC. */
export function fromLocal(local: string): string {
  const moment = new Date(local);
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString().replace(/\.000Z$/, 'Z');
}

export function dayOf(text: string, language: string): string {
  const moment = read(text);
  return moment ? moment.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' }) : text;
}

/** UNIX seconds, or a time; one without a zone is UTC, as the server reads it. */
function read(text: string): Date | null {
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const moment = /^\d+$/.test(text) ? new Date(Number(text) * 1_000) : new Date(hasZone || !text.includes('T') ? text : `${text}Z`);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
