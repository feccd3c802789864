/** Builds the collector, alone and with the chat's button; refuses what is over its budget. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { minify } from 'terser';
import { keep } from '../assets.mjs';
import { bundle } from '../bundle.mjs';
import { PLACEHOLDER, TARGET, TARGET_WITH_CHAT, weigh, weighWithChat } from './served.mjs';

const here = new URL('.', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('package.json', here), 'utf8'));

/** Budgets are bytes after gzip, as a visitor's browser receives the script. */
const built = {
  alone: await make('src/index.ts', TARGET, weigh, 3072),
  withChat: await make('src/with-chat.ts', TARGET_WITH_CHAT, weighWithChat, 4096),
};

// The same for pages that pin it by its hash: what the operator decided cannot stand in a file
// that never changes, so it is fetched, and the placeholder becomes the answer's name.
const pinned = `(s=>fetch(new URL("/o/"+s.dataset.key+".json",s.src)).then(r=>r.json()).then(${PLACEHOLDER}=>{${built.withChat}}).catch(()=>{}))(document.currentScript);`;
console.log(await keep('collector', 'js', (await minify(pinned)).code));

async function make(entry, target, weighed, budget) {
  const script = await bundle(here, entry, {
    format: 'iife',
    define: { __OPENBOOK_VERSION__: JSON.stringify(version) },
  });
  const places = script.split(PLACEHOLDER).length - 1;
  if (places !== 1) {
    throw new Error(`The script names ${PLACEHOLDER} ${places} times; the server expects it once.`);
  }
  const size = weighed(script);
  const report = `${target.pathname.split('/').pop()}: ${size} bytes after gzip as served, budget ${budget}`;
  if (size > budget) {
    throw new Error(`${report}. Take something out, or move it into a part that loads later.`);
  }
  await mkdir(new URL('.', target), { recursive: true });
  await writeFile(target, script);
  console.log(report);
  return script;
}
