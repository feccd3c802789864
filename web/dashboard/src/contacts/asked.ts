/** The question a list answers, as it stands in the address and as the server takes it. */

export interface Condition {
  readonly field: string;
  readonly op: string;
  readonly value?: string;
}

export interface Asked {
  /** Words looked for in names, addresses and user ids. */
  readonly q?: string;
  readonly where?: readonly Condition[];
  /** Whether one condition is enough; else all must hold. */
  readonly any?: boolean;
}

/** What an address says; whatever is not understood is left out. */
export function readAsked(search: Record<string, unknown>): Asked {
  const where = Array.isArray(search.where) ? search.where.filter(isCondition) : [];
  return {
    ...(typeof search.q === 'string' && search.q ? { q: search.q } : {}),
    ...(where.length ? { where } : {}),
    ...(search.any === true && where.length > 1 ? { any: true } : {}),
  };
}

function isCondition(found: unknown): found is Condition {
  if (typeof found !== 'object' || found === null) return false;
  const { field, op, value } = found as Record<string, unknown>;
  return typeof field === 'string' && typeof op === 'string' && (value === undefined || typeof value === 'string');
}

/** The body of `POST /api/contacts/search`. `types`: field -> its type in the catalogue. */
export function searchBody(asked: Asked, types: ReadonlyMap<string, string>) {
  const conditions = (asked.where ?? []).map((condition) => {
    const value = sentValue(condition, types.get(condition.field));
    return { field: condition.field, op: condition.op, ...(value === undefined ? {} : { value }) };
  });
  return {
    ...(asked.q ? { q: asked.q } : {}),
    ...(conditions.length ? { filter: { [asked.any ? 'or' : 'and']: conditions } } : {}),
  };
}

function sentValue({ op, value }: Condition, type?: string): unknown {
  if (op === 'exists') return value !== 'false';
  if (value === undefined) return undefined;
  const one = (text: string): unknown => {
    const told = text.trim();
    if (type === 'flag') return told === 'true';
    if ((type === 'number' || type === 'integer') && told !== '' && !Number.isNaN(Number(told))) return Number(told);
    return told;
  };
  if (op === 'in' || op === 'between') return value.split(',').map(one);
  return one(value);
}
