import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runHub } from '@pigeon/hub-server'
import { startResident } from './resident.mjs'

const NETWORK = 'demo'
const PAGES = fileURLToPath(new URL('../dist', import.meta.url))

/** How often the shape is looked at, ms. */
const LOOK_MS = 1000

const USAGE = 'npm run hub-network -- [--hubs 1 to 20] [--port 3000] [--transport webrtc|ws]'

/**
 * Starts hubs on ports that follow each other, each with the demo, and prints how they are linked
 * whenever that changes. The first introduces the others; a resident peer is at the last.
 * @param {readonly string[]} args
 */
export async function serveHubNetwork(args) {
  const { hubs: count, port, transport } = read(args)
  /** @type {import('@pigeon/hub-server').RunningHub[]} */
  const hubs = []
  for (let index = 0; index < count; index++) {
    const [first] = hubs
    const running = await runHub({
      port: port === 0 ? 0 : port + index,
      static: PAGES,
      isHub: 'on',
      logLevel: 'error',
      hubMeshTransport: transport,
      bootstrapHubs: first === undefined ? [] : [first.url],
      hubMeshNamespace: process.env['HUB_MESH_NAMESPACE'] ?? 'pigeonhub-mesh',
    })
    hubs.push(running)
  }
  const last = /** @type {import('@pigeon/hub-server').RunningHub} */ (hubs.at(-1))
  const resident = await startResident({ hub: last.url, network: NETWORK })
  console.log(`${count} hubs; the demo is at each, open it at two of them. Press Ctrl+C to stop.`)
  let before = ''
  const timer = setInterval(() => {
    const shape = shapeOf(hubs)
    if (shape !== before) console.log(`\n${shape}`)
    before = shape
  }, LOOK_MS)
  const stop = async () => {
    clearInterval(timer)
    await resident.close()
    await Promise.all(hubs.map((hub) => hub.stop()))
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

/** @param {readonly string[]} args */
function read(args) {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      hubs: { type: 'string', default: '5' },
      port: { type: 'string', default: process.env['PORT'] ?? '3000' },
      transport: { type: 'string', default: 'webrtc' },
    },
  })
  const [hubs, port] = [Number(values.hubs), Number(values.port)]
  const { transport } = values
  const isGood = Number.isInteger(hubs) && hubs >= 1 && hubs <= 20 && Number.isInteger(port)
  if (!isGood || (transport !== 'webrtc' && transport !== 'ws')) throw new RangeError(USAGE)
  return { hubs, port, transport: /** @type {'webrtc' | 'ws'} */ (transport) }
}

/** @param {readonly import('@pigeon/hub-server').RunningHub[]} hubs */
function shapeOf(hubs) {
  const all = hubs.map(({ url, server }) => ({ url, server: /** @type {any} */ (server) }))
  const names = new Map(all.map(({ url, server }) => [server.hubPeerId, url.split(':').at(-1)]))
  return all
    .map(({ url, server }) => {
      const { hubs: known, meshReady, migrated } = server.getHubStats()
      const { peers } = server.getStats()
      const links = known
        .filter((/** @type {any} */ { link }) => link !== undefined)
        .map((/** @type {any} */ { hubPeerId, link }) => `${names.get(hubPeerId) ?? '?'} ${link}`)
      const state = migrated ? 'peer-to-peer' : meshReady ? 'ready' : 'by WebSocket'
      const counts = `${peers} peers, sees ${known.length} hubs, ${state}`
      return `${url}  ${counts}  ${links.sort().join(', ') || 'no links'}`
    })
    .join('\n')
}
