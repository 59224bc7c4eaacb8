import { fileURLToPath } from 'node:url'
import { runProgram } from '@pigeon/hub-server'
import { provideDocs } from './docs.mjs'
import { lanNotice, openLan } from './lan.mjs'
import { startResident } from './resident.mjs'
import { restarter } from './restart-hub.mjs'

const NETWORK = 'demo'
const PAGES = fileURLToPath(new URL('../dist', import.meta.url))

/** The option that is not the hub's. */
const LAN = '--lan'

/** The port for other machines is so much higher than the hub's. */
const LAN_PORT_OFFSET = 443

/** Runs a hub that serves the demo, and a resident peer in the demo's network. */
export function serveDemo() {
  const isLan = process.argv.includes(LAN)
  process.argv = process.argv.filter((argument) => argument !== LAN)
  // Files are looked up once, when the hub starts.
  const hasDocs = provideDocs(PAGES)
  return runProgram({
    defaults: { static: PAGES },
    started: async (hub) => {
      const { url, address } = hub
      const port = address.port + LAN_PORT_OFFSET
      const lan = isLan ? await openLan({ to: address.port, port }) : undefined
      const addresses = lan?.addresses ?? []
      const restartHub = restarter(hub)
      const more = { addresses, hasDocs, restartHub }
      const resident = await startResident({ ...more, hub: url, network: NETWORK })
      const page = url.replace(/^ws/, 'http')
      const notice = `  demo    ${page}: open it in two tabs; a Node peer is in the network already`
      return {
        notice: lan === undefined ? notice : `${notice}\n${lanNotice(addresses)}`,
        stop: async () => {
          await resident.close()
          await lan?.stop()
        },
      }
    },
  })
}
