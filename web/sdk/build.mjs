/** Builds the collector into one script and refuses it when it is over its budget. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { minify } from 'terser';
import { keep } from '../assets.mjs';
import { PLACEHOLDER, TARGET, weigh } from './served.mjs';

/** Bytes after gzip, as a visitor's browser receives the script. */
const BUDGET = 3072;
const here = new URL('.', import.meta.url);

const { version } = JSON.parse(await readFile(new URL('package.json', here), 'utf8'));
const bundle = await build({
  absWorkingDir: here.pathname,
  entryPoints: ['src/index.ts'],
  bundle: true,
  write: false,
  format: 'iife',
  target: 'es2020',
  minify: true,
  tsconfigRaw: {}, // else `strict` puts "use strict" into the script
  define: { __OPENBOOK_VERSION__: JSON.stringify(version) },
});
// The second pass inlines across what the first one kept apart: about 4 % less after gzip.
const { code: script } = await minify(bundle.outputFiles[0].text, {
  ecma: 2020,
  compress: { passes: 4, unsafe: true, unsafe_arrows: true, unsafe_methods: true, pure_getters: true },
  format: { comments: false },
});

const places = script.split(PLACEHOLDER).length - 1;
if (places !== 1) {
  throw new Error(`The script names ${PLACEHOLDER} ${places} times; the server expects it once.`);
}
const size = weigh(script);
const report = `collector.js: ${size} bytes after gzip as served, budget ${BUDGET}`;
if (size > BUDGET) {
  throw new Error(`${report}. Take something out, or move it into a part that loads later.`);
}
await mkdir(new URL('.', TARGET), { recursive: true });
await writeFile(TARGET, script);
console.log(report);

// The same collector for pages that pin it by its hash: what the operator decided cannot stand in
// a file that never changes, so it is fetched, and the placeholder becomes the answer's name.
const pinned = `(s=>fetch(new URL("/o/"+s.dataset.key+".json",s.src)).then(r=>r.json()).then(${PLACEHOLDER}=>{${script}}).catch(()=>{}))(document.currentScript);`;
console.log(await keep('collector', 'js', (await minify(pinned)).code));
