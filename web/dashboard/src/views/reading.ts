/** Views as the server has them, and as the list asks and shows them. */
import type { Schemas } from '../../../client/src';
import { type Asked, type Condition, type Part, searchBody } from '../contacts/asked';
import type { Layout } from '../contacts/layout';
import type { View, Views } from './view';

type Stored = Schemas['View'];
type Written = Schemas['ViewWrite'];
type Tree = Record<string, unknown>;

export function readViews({ items, layout }: Schemas['Views']): Views {
  return { items: items.map(readView), layout: layout && readLayout(layout) };
}

export function readView(found: Stored): View {
  return {
    ...readLayout(found),
    id: found.id,
    name: found.name,
    isShared: found.shared,
    isMine: found.mine,
    mayChange: found.may_change,
    asked: { ...(found.q ? { q: found.q } : {}), ...readFilter(found.filter as Tree | null) },
  };
}

function readLayout({ columns, widths, density }: Pick<Stored, 'columns' | 'density'> & { widths?: Record<string, number> }): Layout {
  return { columns, widths: widths ?? {}, density: density ?? 'comfortable' };
}

/** What is sent to save a view. */
export function writeView(name: string, isShared: boolean, asked: Asked, layout: Layout, types: ReadonlyMap<string, string>): Written {
  const { columns, widths, density } = layout;
  const { q, filter } = searchBody(asked, types);
  return { name, shared: isShared, q: q ?? null, filter: (filter ?? null) as Written['filter'], columns: [...columns], widths: { ...widths }, density };
}

/** A filter in the forms that the list has; what has none is kept as it is. */
export function readFilter(filter: Tree | null): Pick<Asked, 'where' | 'any'> {
  if (!filter) return {};
  const join = joinOf(filter);
  const parts = join ? (filter[join] as Tree[]) : [filter];
  const where = parts.map((part) => readPart(part));
  return { where, ...(join === 'or' && where.length > 1 ? { any: true } : {}) };
}

function readPart(part: Tree): Part {
  const condition = readCondition(part);
  if (condition) return condition;
  const join = joinOf(part);
  const inner = join ? (part[join] as Tree[]).map(readCondition) : [];
  return join && inner.every((one) => one !== null) ? { any: join === 'or', where: inner } : { raw: part };
}

function readCondition({ field, op, value }: Tree): Condition | null {
  if (typeof field !== 'string' || typeof op !== 'string') return null;
  if (value === undefined) return { field, op };
  return { field, op, value: Array.isArray(value) ? value.map(String) : String(value) };
}

const joinOf = (tree: Tree): 'and' | 'or' | null => (Array.isArray(tree.and) ? 'and' : Array.isArray(tree.or) ? 'or' : null);
