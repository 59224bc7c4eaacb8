import { defineConfig, type Plugin } from 'vite'

const ENTRY = /\/src\/main\.tsx$|\/index\.html$/

/** What a chunk is asked with. */
interface Modules {
  getModuleInfo(id: string): { readonly importers: readonly string[] } | null
}

const isFirst = new Map<string, boolean>()

/** Whether a module is loaded with the page: main.tsx imports it, or one that is. */
function isOfFirstLoad(id: string, modules: Modules): boolean {
  const known = isFirst.get(id)
  if (known !== undefined) return known
  isFirst.set(id, ENTRY.test(id))
  const importers = modules.getModuleInfo(id)?.importers ?? []
  const found = ENTRY.test(id) || importers.some((one) => isOfFirstLoad(one, modules))
  isFirst.set(id, found)
  return found
}

/** Lists all that the page may load later, for it to have when the hub is gone. */
const listChunks: Plugin = {
  name: 'list-chunks',
  generateBundle: {
    // Chunks that held nothing but styles are gone by then.
    order: 'post',
    handler(_, bundle) {
      const names = Object.keys(bundle).filter((name) => /\.(?:js|css)$/.test(name))
      this.emitFile({ type: 'asset', fileName: 'chunks.json', source: JSON.stringify(names) })
    },
  },
}

export default defineConfig({
  plugins: [listChunks],
  // Relative addresses, so that the page may be served under any path.
  base: './',
  build: {
    target: 'es2022',
    sourcemap: true,
    // Every browser that has what a peer needs also loads modules ahead.
    modulePreload: { polyfill: false },
    // The policy of the page forbids what is written into scripts.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // One chunk for the first load: it compresses better than twenty.
        codeSplitting: {
          groups: [{ name: (id, modules) => (isOfFirstLoad(id, modules) ? 'first' : null) }],
        },
      },
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { port: 5173 },
})
