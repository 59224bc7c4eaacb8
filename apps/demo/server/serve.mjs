import { fileURLToPath } from 'node:url'
import { runProgram } from '@pigeon/hub-server'
import { startResident } from './resident.mjs'

const NETWORK = 'demo'
const PAGES = fileURLToPath(new URL('../dist', import.meta.url))

/** Runs a hub that serves the demo, and a resident peer in the demo's network. */
export function serveDemo() {
  return runProgram({
    defaults: { static: PAGES },
    started: async ({ url }) => {
      const resident = await startResident({ hub: url, network: NETWORK })
      const page = url.replace(/^ws/, 'http')
      return {
        notice: `  demo    ${page}: open it in two tabs; a Node peer is in the network already`,
        stop: () => resident.close(),
      }
    },
  })
}
