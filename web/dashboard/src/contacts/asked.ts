/** The question a list answers, as it stands in the address and as the server takes it. */

export interface Condition {
  readonly field: string;
  readonly op: string;
  /** Several for `in` and `between`: a list, or one text with commas. */
  readonly value?: string | readonly string[];
}

/** Conditions in brackets, of which one is enough, or all must hold. */
export interface Conditions {
  readonly any: boolean;
  readonly where: readonly Condition[];
}

/** A filter made elsewhere that has no form here: it is kept as it is, or taken away. */
export interface Foreign {
  readonly raw: Record<string, unknown>;
}

export type Part = Condition | Conditions | Foreign;

export interface Asked {
  /** Words looked for in names, addresses and user ids. */
  readonly q?: string;
  readonly where?: readonly Part[];
  /** Whether one condition is enough; else all must hold. */
  readonly any?: boolean;
  /** The saved view that it began from. */
  readonly view?: string;
  /** Asked for nothing, on purpose: not what the view asks. */
  readonly own?: true;
}

export const isGroup = (part: Part): part is Conditions => 'where' in part;
export const isForeign = (part: Part): part is Foreign => 'raw' in part;
export const isAsking = ({ q, where }: Asked): boolean => Boolean(q || where?.length);

/** What an address says; whatever is not understood is left out. Each key is there, as the router
 * would keep what stood there before. */
export function readAsked(search: Record<string, unknown>): Asked {
  const where = Array.isArray(search.where) ? search.where.flatMap(readPart) : [];
  return {
    q: typeof search.q === 'string' && search.q ? search.q : undefined,
    where: where.length ? where : undefined,
    any: (search.any === true && where.length > 1) || undefined,
    view: typeof search.view === 'string' && search.view ? search.view : undefined,
    own: search.own === true || undefined,
  };
}

function readPart(found: unknown): Part[] {
  if (isObject(found) && isObject(found.raw)) return [{ raw: found.raw }];
  if (!isObject(found) || !Array.isArray(found.where)) return isCondition(found) ? [found] : [];
  const where = found.where.filter(isCondition);
  return where.length ? [{ any: found.any === true, where }] : [];
}

const isObject = (found: unknown): found is Record<string, unknown> => typeof found === 'object' && found !== null && !Array.isArray(found);

function isCondition(found: unknown): found is Condition {
  if (!isObject(found)) return false;
  const { field, op, value } = found;
  const isValue = value === undefined || typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
  return typeof field === 'string' && typeof op === 'string' && isValue;
}

/** The body of `POST /api/contacts/search`. `types`: field -> its type in the catalogue. */
export function searchBody(asked: Asked, types: ReadonlyMap<string, string>) {
  const one = ({ field, op, ...rest }: Condition) => {
    const value = sentValue({ field, op, ...rest }, types.get(field));
    return { field, op, ...(value === undefined ? {} : { value }) };
  };
  const parts: Record<string, unknown>[] = (asked.where ?? []).map((part) =>
    isForeign(part) ? part.raw : isGroup(part) ? { [part.any ? 'or' : 'and']: part.where.map(one) } : one(part),
  );
  return {
    ...(asked.q ? { q: asked.q } : {}),
    ...(parts.length ? { filter: { [asked.any ? 'or' : 'and']: parts } as Record<string, unknown[]> } : {}),
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
  const several = typeof value === 'string' ? value.split(',') : value;
  return op === 'in' || op === 'between' ? several.map(one) : one(several.join(','));
}
