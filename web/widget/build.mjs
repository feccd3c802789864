/** Builds the chat: its scripts, its words, its own page, its preview; refuses what is too heavy. */
import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { keep } from '../assets.mjs';
import { bundle } from '../bundle.mjs';

/** Bytes after gzip, as a visitor's browser receives them. */
const BUDGETS = {
  /** What opening the chat loads: its beginning and what draws it. */
  panel: 15_360,
  /** What speaks with the server, from the first letter on and for those who have written before. */
  talk: 5_376,
  /** What is fetched only when it is needed: the list, files, what is asked, the menu. */
  parts: 5_120,
  /** Emoji to choose from. */
  picker: 2_048,
  /** A picture, large. */
  viewer: 1_600,
  /** Where sockets are blocked. */
  polling: 768,
  /** What tabs of one browser agree on, once there is a session. */
  tabs: 768,
  words: 1_536,
};
const here = new URL('.', import.meta.url);
const JSX = { jsx: 'transform', jsxFactory: 'h', jsxFragment: 'Fragment' };

const words = {};
for (const file of await readdir(new URL('src/words/', here))) {
  const language = file.split('.')[0];
  const list = JSON.parse(await readFile(new URL(`src/words/${file}`, here), 'utf8'));
  // A module, not data: `script-src` of a customer's page lets it in already.
  const module = `export default ${JSON.stringify(list)}`;
  weigh('words', [module]);
  words[language] = await keep(`widget-${language}`, 'js', module);
}

const parts = await makeDrawn('parts');
const picker = await makeDrawn('picker');
const viewer = await makeDrawn('viewer');
const polling = await make('src/polling.ts');
const tabs = await make('src/tabs.ts');
const talk = await make('src/talk.ts');
const view = await make('src/view/index.tsx');
const define = Object.fromEntries(
  Object.entries({
    __WORDS__: words,
    __PARTS__: await keep('widget-parts', 'js', parts),
    __PICKER__: await keep('widget-picker', 'js', picker),
    __POLLING__: await keep('widget-polling', 'js', polling),
    __TABS__: await keep('widget-tabs', 'js', tabs),
    __TALK__: await keep('widget-talk', 'js', talk),
    __VIEW__: await keep('widget-view', 'js', view),
    __VIEWER__: await keep('widget-viewer', 'js', viewer),
  }).map(([name, value]) => [name, JSON.stringify(value)]),
);
const panel = await make('src/panel.ts', { define });
const file = await keep('widget', 'js', panel);
weigh('panel', [panel, view]);
weigh('talk', [talk]);
weigh('parts', [parts]);
weigh('picker', [picker]);
weigh('viewer', [viewer]);
weigh('polling', [polling]);
weigh('tabs', [tabs]);

const page = { define: { __PANEL__: JSON.stringify(file) }, format: 'iife' };
await keep('widget-page', 'js', await make('src/page.ts', page));
await keep('widget-preview', 'js', await make('src/preview.tsx', { define }));

function make(entry, more) {
  return bundle(here, entry, { format: 'esm', target: 'es2022', ...JSX, ...more });
}

/** Parts are drawn by the view's own Preact, which is handed to them. */
async function makeDrawn(globalName) {
  const borrowed = {
    name: 'borrowed',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^preact$/ }, ({ path }) => ({ path, namespace: 'borrowed' }));
      onLoad({ filter: /.*/, namespace: 'borrowed' }, () => ({
        contents:
          'const { Component, Fragment, h } = kit;' +
          'const createRef = () => ({ current: null });' +
          'export { Component, createRef, Fragment, h };',
      }));
    },
  };
  const more = { format: 'iife', globalName, plugins: [borrowed] };
  const made = await make(`src/${globalName}/index.tsx`, more);
  return `export default kit=>{${made};return ${globalName}}`;
}

function weigh(what, scripts) {
  const size = scripts.reduce((sum, one) => sum + gzipSync(one, { level: 9 }).length, 0);
  const report = `${what}: ${size} bytes after gzip, budget ${BUDGETS[what]}`;
  if (size > BUDGETS[what]) throw new Error(`${report}. Take something out.`);
  console.log(report);
}
