import { defineConfig } from 'vitest/config'

/** What takes minutes, because it waits or repeats: `npm run test:slow`. */
export default defineConfig({
  test: {
    include: ['{packages,apps,tools}/*/src/**/*.slow.test.ts'],
    testTimeout: 600_000,
    fileParallelism: false,
  },
})
