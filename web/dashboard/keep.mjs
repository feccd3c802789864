/** Puts the built dashboard where the server has it: files that never change, and the page itself. */
import { gzipSync } from 'node:zlib';
import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises';
import { keepBuilt } from '../assets.mjs';

/** Bytes of script after gzip until the first rows are on the screen. */
export const BUDGET = 240 * 1024;
const built = new URL('built/', import.meta.url);
const PAGE = new URL('../../server/openbook/dashboard/index.html', import.meta.url);

/** Every script of the first screen, which is part of the entry, but for the one that begins. */
function firstScreen(manifest) {
  const found = new Set();
  const take = (key) => {
    if (found.has(key)) return;
    found.add(key);
    for (const next of manifest[key].imports ?? []) take(next);
  };
  take('index.html');
  return [...found].map((key) => manifest[key].file).filter((file) => file.endsWith('.js'));
}

export async function weigh() {
  const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', built), 'utf8'));
  const begin = (await readdir(built)).filter((file) => file.startsWith('begin-'));
  if (begin.length !== 1) throw new Error('There is one script that begins.');
  const sizes = await Promise.all(
    [...begin, ...firstScreen(manifest)].map(async (file) => gzipSync(await readFile(new URL(file, built)), { level: 9 }).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

if (import.meta.filename === process.argv[1]) {
  const size = await weigh();
  const report = `dashboard: ${size} bytes of script after gzip for the first screen, budget ${BUDGET}`;
  if (size > BUDGET) throw new Error(`${report}. Move a part behind an import() that runs later.`);
  const files = (await readdir(built)).filter((file) => file !== 'index.html' && !file.startsWith('.'));
  await keepBuilt('dashboard', files.map((file) => new URL(file, built)));
  await mkdir(new URL('.', PAGE), { recursive: true });
  await copyFile(new URL('index.html', built), PAGE);
  console.log(report);
}
