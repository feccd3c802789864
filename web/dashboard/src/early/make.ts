/** Makes elements. What is told is text, never markup. */

export type Child = Node | string;
type Attributes = Record<string, string | number | undefined | Partial<CSSStyleDeclaration>>;

export function make(tag: string, { style, ...attributes }: Attributes, inside: readonly Child[] = []): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, String(value));
  Object.assign(made.style, style);
  made.append(...inside);
  return made;
}
