/** Lists and compresses what was built, as `assets.mjs` does for the product: node pack.mjs FOLDER */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const folder = process.argv[2];
const files = (await readdir(folder)).filter((file) => !file.endsWith('.html'));
let scripts = 0;
for (const file of files) {
  const bytes = await readFile(`${folder}/${file}`);
  if (file.endsWith('.woff2')) continue;
  const packed = gzipSync(bytes, { level: 9 });
  if (file.endsWith('.js')) scripts += packed.length;
  await writeFile(`${folder}/${file}.gz`, packed);
  await writeFile(`${folder}/${file}.br`, brotliCompressSync(bytes));
}
await writeFile(`${folder}/manifest.json`, JSON.stringify({ empty: Object.fromEntries(files.map((file) => [file, ''])) }));
console.log(scripts);
