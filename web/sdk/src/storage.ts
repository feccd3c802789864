/**
 * Named texts on this device: localStorage, or the memory of this page where the browser refuses
 * (private windows, sandboxed frames, a full disk).
 */
import { attempt } from './attempt';

const memory: Record<string, string> = {};

export const read = (name: string): string | null | undefined =>
  memory[name] ?? attempt(() => localStorage.getItem(name));

export function write(name: string, text: string): void {
  memory[name] = text;
  attempt(() => {
    localStorage.setItem(name, text);
    delete memory[name];
  });
}

export function erase(name: string): void {
  delete memory[name];
  attempt(() => localStorage.removeItem(name));
}

/** Every name of ours begins so. */
export const OURS = 'ob_';

/** All names that begin so, in alphabetical order. */
export const names = (beginning: string): string[] =>
  Object.keys({ ...memory, ...attempt(() => localStorage) })
    .filter((name) => name.startsWith(beginning))
    .sort();
