// Measures PeerPigeon's GossipManager over links in memory that carry JSON, as its data channels do:
// `node gossip.mjs '{"peers":100,"edges":[[0,1],…],"messages":60,"everyMs":100,"bytes":1024}'` prints a line of JSON.
import { GossipManager } from './node_modules/peerpigeon/src/GossipManager.js'

const { peers, edges, messages, everyMs, bytes } = JSON.parse(process.argv[2])

/** Messages whose processor time is measured together; the best round counts. */
const ROUND = 10

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const count = { frames: 0, bytes: 0, deliveries: 0 }

const nodes = Array.from({ length: peers }, (_, index) => {
  const peerId = index.toString(16).padStart(40, '0')
  const connectionManager = { peers: new Map() }
  const mesh = { peerId, networkName: 'bench', enableCrypto: false }
  const manager = new GossipManager(mesh, connectionManager)
  manager.addEventListener('messageReceived', ({ from }) => {
    if (from !== peerId) count.deliveries++
  })
  return { peerId, manager, connectionManager }
})

function connect(from, to) {
  const send = (text) => {
    count.frames++
    count.bytes += text.length
    setImmediate(() => to.manager.handleGossipMessage(JSON.parse(text), from.peerId))
  }
  from.connectionManager.peers.set(to.peerId, {
    peerId: to.peerId,
    dataChannel: { readyState: 'open', send },
    getStatus: () => 'connected',
    sendMessage: (message) => send(JSON.stringify(message)),
  })
}
for (const [a, b] of edges) {
  connect(nodes[a], nodes[b])
  connect(nodes[b], nodes[a])
}

async function publish(many) {
  for (let index = 0; index < many; index++) {
    await nodes[(index * 7) % peers].manager.broadcastMessage('x'.repeat(bytes))
    await sleep(everyMs)
  }
}

await publish(10)
Object.assign(count, { frames: 0, bytes: 0, deliveries: 0 })
let best = Number.POSITIVE_INFINITY
for (let round = 0; round < messages / ROUND; round++) {
  const from = process.cpuUsage()
  await publish(ROUND)
  const { user, system } = process.cpuUsage(from)
  best = Math.min(best, (user + system) / (ROUND * (peers - 1)))
}
const due = messages * (peers - 1)
console.log(
  JSON.stringify({
    delivered: count.deliveries / due,
    copies: count.frames / due,
    packets: count.frames / due,
    bytesPerByte: count.bytes / due / bytes,
    cpuMicros: best,
  }),
)
process.exit(0)
