// Gossip in one process over links in memory and in real time: what a delivery costs the processor.
// Prints a line of JSON; started by `compare.ts` with what to measure as its argument.
import { generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import { Gossip, type GossipOptions } from '@pigeon/gossip'
import type { SendResult, Transport, TransportEvents } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import type { Workload } from './compare.ts'

/** Messages whose processor time is measured together; the best round counts. */
const ROUND = 10

/** Hands frames to the other side in a later turn of the event loop, without any stack between. */
class MemoryTransport implements Transport {
  readonly self: PeerId = randomPeerId(systemRandom)
  readonly maxFrameBytes: number = 256 * 1024
  readonly #links = new Map<PeerId, MemoryTransport>()
  readonly neighbours: Set<PeerId> = new Set()
  readonly #listeners: Partial<TransportEvents> = {}
  copies = 0

  link(other: MemoryTransport): void {
    this.#links.set(other.self, other)
    this.neighbours.add(other.self)
    this.#listeners.up?.(other.self)
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    const other = this.#links.get(to)
    if (other === undefined) return 'gone'
    if (frame[0] === 0x11) this.copies++
    setImmediate(() => other.#listeners.frame?.(this.self, frame))
    return 'sent'
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): () => void {
    this.#listeners[event] = listener
    return () => {}
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A key of its own for each peer; the signer's public key is looked up by its id. */
function signing(id: PeerId, keys: Map<PeerId, Keys>): Partial<GossipOptions> {
  const mine = keys.get(id) as Keys
  return {
    sign: (bytes) => sign(null, bytes, mine.privateKey),
    verify: (bytes, proof, author) =>
      verify(null, bytes, (keys.get(author) as Keys).publicKey, proof),
  }
}

type Keys = ReturnType<typeof makeKeys>
const makeKeys = () => generateKeyPairSync('ed25519')

/**
 * One native verification of a message of this size, µs: as many and as far apart as there are
 * deliveries, each in a turn of the event loop of its own; the best round counts.
 */
async function verificationMicros(): Promise<number> {
  const signers = Array.from({ length: peers }, makeKeys)
  const content = new Uint8Array(bytes)
  const proofs = signers.map(({ privateKey }) => sign(null, content, privateKey))
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < messages / ROUND; round++) {
    const from = process.cpuUsage()
    for (let message = 0; message < ROUND; message++) {
      for (let delivery = 1; delivery < peers; delivery++) {
        const { publicKey } = signers[delivery] as Keys
        verify(null, content, publicKey, proofs[delivery] as Uint8Array)
        await new Promise((resolve) => setImmediate(resolve))
      }
      await sleep(everyMs)
    }
    const { user, system } = process.cpuUsage(from)
    best = Math.min(best, (user + system) / (ROUND * (peers - 1)))
  }
  return best
}

const { peers, edges, messages, everyMs, bytes, signed }: Workload = JSON.parse(
  process.argv[2] as string,
)
const transports = Array.from({ length: peers }, () => new MemoryTransport())
const keys = new Map(signed ? transports.map(({ self }) => [self, makeKeys()]) : [])
let deliveries = 0
const gossips = transports.map((transport) => {
  const gossip = new Gossip({
    transport,
    clock: systemClock,
    random: systemRandom,
    sha256: (content) => hash('sha256', content, 'buffer'),
    ...(signed && signing(transport.self, keys)),
  })
  gossip.on('message', () => {
    deliveries++
  })
  return gossip
})
for (const [a, b] of edges) {
  const [one, other] = [transports[a] as MemoryTransport, transports[b] as MemoryTransport]
  one.link(other)
  other.link(one)
}

async function publish(many: number): Promise<void> {
  for (let index = 0; index < many; index++) {
    const payload = systemRandom.fill(new Uint8Array(bytes))
    gossips[(index * 7) % peers]?.publish('bench', payload)
    await sleep(everyMs)
  }
}

await sleep(31_000) // links older than those that are told of everything
await publish(10)
await sleep(3000)
deliveries = 0
for (const transport of transports) transport.copies = 0
let best = Number.POSITIVE_INFINITY
for (let round = 0; round < messages / ROUND; round++) {
  const from = process.cpuUsage()
  await publish(ROUND)
  const { user, system } = process.cpuUsage(from)
  best = Math.min(best, (user + system) / (ROUND * (peers - 1)))
}
const due = messages * (peers - 1)
const copies = transports.reduce((sum, transport) => sum + transport.copies, 0)
console.log(
  JSON.stringify({
    delivered: deliveries / due,
    copies: copies / due,
    cpuMicros: best,
    verificationMicros: signed ? await verificationMicros() : 0,
  }),
)
process.exit(0)
