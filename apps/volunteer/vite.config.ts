import { defineConfig } from 'vite'

export default defineConfig({
  // Relative addresses, so that the page may be served under any path.
  base: './',
  build: { outDir: 'dist/page', target: 'es2022' },
})
