/** What the chat weighs as the server keeps it, in bytes after gzip. */
import { readFile, stat } from 'node:fs/promises';
import { FOLDER } from '../assets.mjs';

/** The sum of the files of these parts. */
export async function weigh(...parts) {
  const kept = JSON.parse(await readFile(new URL('manifest.json', FOLDER), 'utf8'));
  const files = parts.flatMap((part) => Object.keys(kept[part]));
  const sizes = await Promise.all(files.map((file) => stat(new URL(`${file}.gz`, FOLDER))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
