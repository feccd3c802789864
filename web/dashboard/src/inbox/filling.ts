/** Puts what is known into a canned reply; what is not known stays to be seen. And reads who is called. */
import type { Person } from './types';

export interface Known {
  readonly 'contact.name': string | null;
  readonly 'contact.email': string | null;
  readonly 'agent.name': string | null;
  readonly 'workspace.name': string | null;
}

export const VARIABLES = ['contact.name', 'contact.email', 'agent.name', 'workspace.name'] as const;
const VARIABLE = /\{\{\s*([\w.]+)\s*\}\}/g;

export const filled = (text: string, known: Known): string =>
  text.replace(VARIABLE, (whole, name: string) => (name in known ? known[name as keyof Known] : null) ?? whole);

/** The variables that still stand in a text, each once. */
export const missingIn = (text: string): string[] => [...new Set([...text.matchAll(VARIABLE)].map((found) => found[1] ?? ''))];

/** Who is called in a note: longer names first, so that `@Anna` calls no Ann. */
export function mentionedIn(text: string, team: readonly Person[]): string[] {
  const called = new Set<string>();
  let rest = text;
  for (const name of team.flatMap((one) => one.name ?? []).sort((a, b) => b.length - a.length)) {
    if (!rest.includes(`@${name}`)) continue;
    called.add(name);
    rest = rest.replaceAll(`@${name}`, ' ');
  }
  return team.filter((one) => one.name && called.has(one.name)).map((one) => one.id);
}
