/** Files that never change: named by their content, compressed once, listed in a manifest.
 *
 * The server sends them from its package with a lifetime of a year, so the name has to change with
 * the content.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

export const FOLDER = new URL('../server/openbook/static/', import.meta.url);
const MANIFEST = new URL('manifest.json', FOLDER);

/** Keeps `content` as NAME-HASH.EXTENSION and takes away what was kept under that name before. */
export async function keep(name, extension, content) {
  const bytes = Buffer.from(content);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const file = `${name}-${hash}.${extension}`;
  const integrity = `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
  await mkdir(FOLDER, { recursive: true });
  for (const old of await readdir(FOLDER)) {
    if (new RegExp(`^${name}-[0-9a-f]{16}\\.${extension}(\\.|$)`).test(old)) await rm(new URL(old, FOLDER));
  }
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  await writeFile(new URL(file, FOLDER), bytes);
  await writeFile(new URL(`${file}.gz`, FOLDER), gzipSync(bytes, { level: 9 }));
  await writeFile(new URL(`${file}.br`, FOLDER), brotliCompressSync(bytes, best));
  const listed = JSON.parse(await readFile(MANIFEST, 'utf8').catch(() => '{}'));
  listed[`${name}.${extension}`] = { file, integrity };
  await writeFile(MANIFEST, `${JSON.stringify(listed, null, 2)}\n`);
  return file;
}
