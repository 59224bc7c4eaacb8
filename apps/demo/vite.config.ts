import { defineConfig } from 'vite'

export default defineConfig({
  // Relative addresses, so that the page may be served under any path.
  base: './',
  build: { target: 'es2022', sourcemap: true },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { port: 5173 },
})
