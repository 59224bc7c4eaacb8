// Measures kad-dht of libp2p over its in-memory transport:
// `node measure.mjs '{"peers":50,"records":20,"gets":60,"bytes":256}'` prints a line of JSON. In a
// program of its own, since libp2p 3 needs `Promise.withResolvers`, which Node 20 lacks.

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
const { ping } = await import('@libp2p/ping')
const { kadDHT, passthroughMapper } = await import('@libp2p/kad-dht')

const { peers, records, gets, bytes } = JSON.parse(process.argv[2])

/** Gets whose processor time is measured together; the best round counts. */
const ROUND = 10

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

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
        ping: ping(),
        dht: kadDHT({
          clientMode: false,
          kBucketSize: 8,
          alpha: 3,
          peerInfoMapper: passthroughMapper,
          validators: { v: async () => {} },
          selectors: { v: () => 0 },
        }),
      },
    }),
  ),
)
for (let index = 1; index < peers; index++) {
  for (const other of [index - 1, Math.floor(index / 2), (index * 7) % index]) {
    if (other !== index) await nodes[index].dial(nodes[other].getMultiaddrs()[0])
  }
}
await sleep(45_000) // its own queries settle
const key = (index) => new TextEncoder().encode(`/v/${index}`)
for (let index = 0; index < records; index++) {
  await nodes[(index * 7) % peers].contentRouting.put(key(index), new Uint8Array(bytes).fill(index))
}
await sleep(5000)
let found = 0
let best = Number.POSITIVE_INFINITY
for (let from = 0; from < gets; from += ROUND) {
  const before = process.cpuUsage()
  for (let index = from; index < from + ROUND; index++) {
    try {
      const value = await nodes[(index * 13 + 5) % peers].contentRouting.get(key(index % records))
      if (value[0] === index % records) found++
    } catch {
      // Not found.
    }
  }
  const { user, system } = process.cpuUsage(before)
  best = Math.min(best, (user + system) / ROUND)
}
console.log(JSON.stringify({ found: found / gets, cpuMicros: best }))
process.exit(0)
