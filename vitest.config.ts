import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{packages,apps,tools}/*/src/**/*.test.ts'],
    exclude: [
      '**/*.browser.test.ts',
      '**/*.slow.test.ts',
      '**/*.demo.test.ts',
      '**/node_modules/**',
      '**/dist/**',
    ],
    testTimeout: 20_000,
  },
})
