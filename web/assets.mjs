/** Files that never change: named by their content, compressed once, listed in a manifest.
 *
 * The server sends them from its package with a lifetime of a year, so the name has to change with
 * the content.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

export const FOLDER = new URL('../server/openbook/static/', import.meta.url);
const MANIFEST = new URL('manifest.json', FOLDER);
/** What is compressed already gains nothing. */
const PACKED = /\.(woff2|png|jpg|webp)$/;

/** Keeps `content` as NAME-HASH.EXTENSION in place of what was kept under that name before. */
export async function keep(name, extension, content) {
  const bytes = Buffer.from(content);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const file = `${name}-${hash}.${extension}`;
  await replace(`${name}.${extension}`, new Map([[file, bytes]]));
  return file;
}

/** Keeps files that a bundler has named by their hashes already, all under one part's name. */
export async function keepBuilt(part, addresses) {
  const files = new Map();
  for (const address of addresses) files.set(address.pathname.split('/').pop(), await readFile(address));
  await replace(part, files);
}

/** The manifest: part -> file -> integrity (SHA-384, for the attribute of that name). */
async function replace(part, files) {
  await mkdir(FOLDER, { recursive: true });
  const listed = JSON.parse(await readFile(MANIFEST, 'utf8').catch(() => '{}'));
  for (const old of Object.keys(listed[part] ?? {})) {
    if (files.has(old)) continue;
    for (const suffix of ['', '.gz', '.br']) await rm(new URL(old + suffix, FOLDER), { force: true });
  }
  listed[part] = {};
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  for (const [file, bytes] of files) {
    listed[part][file] = `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
    await writeFile(new URL(file, FOLDER), bytes);
    if (PACKED.test(file)) continue;
    await writeFile(new URL(`${file}.gz`, FOLDER), gzipSync(bytes, { level: 9 }));
    await writeFile(new URL(`${file}.br`, FOLDER), brotliCompressSync(bytes, best));
  }
  await writeFile(MANIFEST, `${JSON.stringify(listed, null, 2)}\n`);
}
