import { defineConfig } from 'vite'

/** Not as `.js`: what has that name in `dist` is compiled from a source of the same name. */
const NAMES = 'assets/[name]-[hash].mjs'

export default defineConfig({
  // Relative addresses, so that the page may be served under any path.
  base: './',
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    rolldownOptions: { output: { entryFileNames: NAMES, chunkFileNames: NAMES } },
  },
})
