import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Built by `server/bench/dashboard.py` into the folder it names; no part of the product. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  base: '/static/',
  build: { outDir: process.env.EMPTY_FOLDER, emptyOutDir: true, assetsDir: '', modulePreload: { polyfill: false } },
});
