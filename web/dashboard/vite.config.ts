import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Where a running openbook answers while the dashboard is developed; its token, if not signed in. */
const target = process.env.OPENBOOK_URL ?? 'http://127.0.0.1:8000';
const token = process.env.OPENBOOK_TOKEN;
const openbook = {
  target,
  headers: token ? { authorization: `Bearer ${token}` } : undefined,
};

/** Puts the script that asks early in front of the others, as one of its own: it must not wait for
 * them. It is told the files of the screen that most people begin with. */
const early: Plugin = {
  name: 'early',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle }) => {
      const chunks = Object.values(bundle ?? {}).filter((one) => one.type === 'chunk');
      const asking = chunks.find((one) => one.isEntry && one.name === 'early');
      const screen = chunks.find((one) => one.facadeModuleId?.endsWith('/src/contacts/screen.tsx'));
      if (!asking || !screen) throw new Error('src/early.ts and src/contacts/screen.tsx are files of their own.');
      const files = [screen.fileName, ...screen.imports].map((file) => `/static/${file}`);
      return [
        { tag: 'meta', attrs: { name: 'contacts-screen', content: files.join(' ') }, injectTo: 'head-prepend' },
        { tag: 'script', attrs: { type: 'module', async: true, fetchpriority: 'high', crossorigin: true, src: `/static/${asking.fileName}` }, injectTo: 'head-prepend' },
      ];
    },
  },
};

export default defineConfig(({ command }) => ({
  plugins: [react(), early],
  // Built files lie beside all others that never change; the page itself is under /app.
  base: command === 'build' ? '/static/' : '/',
  build: {
    outDir: 'built',
    assetsDir: '',
    manifest: true,
    // One file of styles, there from the beginning: those of a screen would hold up its first frame.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    rolldownOptions: { input: { index: 'index.html', early: 'src/early.ts' } },
  },
  server: { proxy: { '/api': openbook, '/health': openbook } },
}));
