/** Puts what is known into a canned reply; what is not known stays to be seen. */

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
