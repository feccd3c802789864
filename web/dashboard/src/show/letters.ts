/** What a contact's mark shows: initials, on a colour made from the id. */

const COLOURS = ['blue', 'teal', 'grape', 'orange', 'cyan', 'pink', 'lime', 'violet'];

export function initials(name: string): string {
  const words = name.replace(/@.*/, '').split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '?')][0]?.toUpperCase() ?? '?').join('');
}

export const colourOf = (id: string): string => `var(--mantine-color-${COLOURS[parseInt(id.slice(-2), 16) % COLOURS.length]}-light)`;
