import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { __OPENBOOK_VERSION__: '"0.0.0-test"' },
  test: {
    environment: 'happy-dom',
    environmentOptions: { happyDOM: { url: 'https://www.shop.test/' } },
    include: ['test/**/*.test.ts'],
  },
});
