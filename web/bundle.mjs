/** One script out of many modules, as small as two minifiers get it. Style sheets become texts. */
import { readFile } from 'node:fs/promises';
import { build, transform } from 'esbuild';
import { minify } from 'terser';

const COMPRESS = {
  passes: 4,
  unsafe: true,
  unsafe_arrows: true,
  unsafe_methods: true,
  pure_getters: true,
};

const styles = {
  name: 'styles',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const sheet = await readFile(path, 'utf8');
      const { code } = await transform(sheet, { loader: 'css', minify: true, target: 'es2020' });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

/** `folder` is an address, `entry` a path in it; `more` are options of esbuild. */
export async function bundle(folder, entry, { plugins = [], ...more }) {
  const made = await build({
    absWorkingDir: folder.pathname,
    entryPoints: [entry],
    bundle: true,
    write: false,
    target: 'es2020',
    minify: true,
    tsconfigRaw: {}, // else `strict` puts "use strict" into the script
    plugins: [styles, ...plugins],
    ...more,
  });
  // The second pass inlines across what the first one kept apart: about 4 % less after gzip.
  const { code } = await minify(made.outputFiles[0].text, {
    ecma: 2020,
    module: more.format === 'esm',
    compress: COMPRESS,
    format: { comments: false },
  });
  return code;
}
