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
    coverage: {
      provider: 'v8',
      include: ['{packages,apps}/*/src/**/*.{ts,tsx}'],
      reporter: ['text-summary', 'html'],
    },
  },
})
