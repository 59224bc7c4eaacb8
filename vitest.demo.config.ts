import { defineConfig } from 'vitest/config'

/** The demo as people use it, panel by panel: `npm run test:demo`. */
export default defineConfig({
  test: {
    include: ['apps/demo/src/**/*.demo.test.ts', 'apps/demo/src/demo.test.ts'],
    testTimeout: 60_000,
    fileParallelism: false,
  },
})
