// Measures GossipSub: `node measure.mjs '{"peers":100,"edges":[[0,1],…],"messages":60,"everyMs":333,"bytes":1024,"sign":true}'`
// prints a line of JSON. In a program of its own, since libp2p 3 needs `Promise.withResolvers`, which Node 20 lacks.

Promise.withResolvers ??= () => {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}

const { createLibp2p } = await import('libp2p')
const { memory } = await import('@libp2p/memory')
const { plaintext } = await import('@libp2p/plaintext')
const { yamux } = await import('@chainsafe/libp2p-yamux')
const { identify } = await import('@libp2p/identify')
const { gossipsub } = await import('@libp2p/gossipsub')

const { peers, edges, messages, everyMs, bytes, sign } = JSON.parse(process.argv[2])
const TOPIC = 'bench'
const WARM_UP = 10

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const cpuMicros = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}

const nodes = await Promise.all(
  Array.from({ length: peers }, (_, index) =>
    createLibp2p({
      addresses: { listen: [`/memory/peer-${index}`] },
      transports: [memory()],
      connectionEncrypters: [plaintext()],
      streamMuxers: [yamux()],
      connectionManager: { maxConnections: 1000, inboundConnectionThreshold: 10_000 },
      services: {
        identify: identify(),
        pubsub: gossipsub({ globalSignaturePolicy: sign ? 'StrictSign' : 'StrictNoSign' }),
      },
    }),
  ),
)

const count = { frames: 0, bytes: 0, copies: 0, deliveries: 0 }
for (const { services } of nodes) {
  services.pubsub.addEventListener('message', () => count.deliveries++)
  services.pubsub.subscribe(TOPIC)
}
for (const [a, b] of edges) await nodes[a].dial(nodes[b].getMultiaddrs()[0])
await sleep(5000) // meshes form at heartbeats, one a second

for (const { services } of nodes) {
  for (const stream of services.pubsub.streamsOutbound.values()) {
    const { pushPrefixed } = stream
    stream.pushPrefixed = (data) => {
      const length = data.byteLength
      count.frames++
      count.bytes += length
      count.copies += Math.floor(length / bytes)
      pushPrefixed.call(stream, data)
    }
  }
}

async function publish(many) {
  for (let index = 0; index < many; index++) {
    const payload = new Uint8Array(bytes)
    crypto.getRandomValues(payload)
    await nodes[(index * 7) % peers].services.pubsub.publish(TOPIC, payload)
    await sleep(everyMs)
  }
  await sleep(2000)
}

await publish(WARM_UP)
Object.assign(count, { frames: 0, bytes: 0, copies: 0, deliveries: 0 })
const idleFrom = cpuMicros()
await sleep(5000)
const idlePerMs = (cpuMicros() - idleFrom) / 5000
Object.assign(count, { frames: 0, bytes: 0, copies: 0, deliveries: 0 })
const [startedAt, cpuFrom] = [performance.now(), cpuMicros()]
await publish(messages)
const cpu = cpuMicros() - cpuFrom - idlePerMs * (performance.now() - startedAt)
// A publisher hears its own message too, or not: what counts is what others got.
const due = messages * (peers - 1)
console.log(
  JSON.stringify({
    delivered: Math.min(1, count.deliveries / due),
    copies: count.copies / due,
    packets: count.frames / due,
    bytesPerByte: count.bytes / due / bytes,
    cpuMicros: cpu / due,
  }),
)
process.exit(0)
