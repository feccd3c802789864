import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { early, themeStyles } from './early.mjs';

/** Where a running openbook answers while the dashboard is developed; its token, if not signed in. */
const target = process.env.OPENBOOK_URL ?? 'http://127.0.0.1:8000';
const token = process.env.OPENBOOK_TOKEN;
const openbook = {
  target,
  headers: token ? { authorization: `Bearer ${token}` } : undefined,
};

export default defineConfig(({ command }) => ({
  plugins: [react(), themeStyles(), early()],
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
    rolldownOptions: {
      // What the page begins with is one file: to fetch many takes longer than to fetch much.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
  },
  server: { proxy: { '/api': openbook, '/health': openbook } },
}));
