/** What is ready before the page's own script runs: the script that begins, and the theme. For Vite. */
import { createHash } from 'node:crypto';
import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { build, runnerImport } from 'vite';

const ROOT = import.meta.dirname;
const ALONE = { configFile: false, root: ROOT, logLevel: 'warn' };

/** The script that begins, apart from all others: it runs where it stands in the page, before they
 * are read. It is told where the page's own script is, and the words of other languages. */
export function early() {
  let file;
  return {
    name: 'early',
    apply: 'build',
    async buildEnd(error) {
      if (error) return;
      const source = await script();
      file = `begin-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.js`;
      this.emitFile({ type: 'asset', fileName: file, source });
    },
    transformIndexHtml: {
      order: 'post',
      handler(page, { bundle }) {
        const own = /<script type="module" crossorigin src="([^"]+)"><\/script>/.exec(page);
        if (!own) throw new Error('The page has one script of its own.');
        const words = Object.values(bundle).flatMap((chunk) => {
          const language = /\/src\/text\/(\w+)\.json$/.exec(chunk.facadeModuleId ?? '')?.[1];
          return language ? [[`data-${language}`, `/static/${chunk.fileName}`]] : [];
        });
        const begin = { src: `/static/${file}`, 'data-main': own[1], ...Object.fromEntries(words), fetchpriority: 'high' };
        return {
          html: page.replace(own[0], `<link rel="modulepreload" crossorigin href="${own[1]}">`),
          tags: [
            { tag: 'script', attrs: { type: 'application/json', id: 'beginning' }, children: '__BEGINNING__', injectTo: 'body' },
            { tag: 'script', attrs: begin, injectTo: 'body' },
          ],
        };
      },
    },
  };
}

async function script() {
  const rolldownOptions = { input: 'src/early/begin.ts', output: { format: 'iife' } };
  const { output } = await build({ ...ALONE, publicDir: false, build: { write: false, cssCodeSplit: false, modulePreload: false, rolldownOptions } });
  return output.find((one) => one.type === 'chunk').code;
}

/** `virtual:theme.css`: the variables that the theme makes, which Mantine would else make in each
 * browser, after its own script has been read. */
export function themeStyles() {
  const name = 'virtual:theme.css';
  return {
    name: 'theme-styles',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    async load(id) {
      if (id !== `\0${name}`) return undefined;
      this.addWatchFile(`${ROOT}/src/theme.ts`);
      const { module } = await runnerImport('./src/theme.ts', ALONE);
      const markup = renderToStaticMarkup(createElement(MantineProvider, { theme: module.theme }));
      return [...markup.matchAll(/<style[^>]*>(.*?)<\/style>/gs)].map(([, sheet]) => sheet).join('\n');
    },
  };
}
