// Tables in one process over links in memory and in real time: what a get costs the processor.
// Prints a line of JSON; started by `compare.ts` with what to measure as its argument.
import { createHash } from 'node:crypto'
import { Dht, type Found, type Outcome, type Stored } from '@pigeon/dht'
import { Identity } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { SendResult, Transport, TransportEvents } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { type PeerId, RoutingTable } from '@pigeon/xor'
import type { Workload } from './compare.ts'

/** Gets whose processor time is measured together; the best round counts. */
const ROUND = 20

const IDLE_MS = 20_000

let messages = 0

/** Hands frames to the other side in a later turn of the event loop, without any stack between. */
class MemoryTransport implements Transport {
  readonly self: PeerId
  readonly maxFrameBytes: number = 256 * 1024
  readonly neighbours: Set<PeerId> = new Set()
  readonly #links = new Map<PeerId, MemoryTransport>()
  readonly #listeners: Partial<TransportEvents> = {}

  constructor(self: PeerId) {
    this.self = self
  }

  link(other: MemoryTransport): void {
    this.#links.set(other.self, other)
    this.neighbours.add(other.self)
    this.#listeners.up?.(other.self)
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    const other = this.#links.get(to)
    if (other === undefined) return 'gone'
    messages++
    setImmediate(() => other.#listeners.frame?.(this.self, frame))
    return 'sent'
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): () => void {
    this.#listeners[event] = listener
    return () => {}
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const world = { crypto: systemCrypto, clock: systemClock, random: systemRandom }
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())

const { peers, records, gets, bytes, cap }: Workload & { readonly cap: number } = JSON.parse(
  process.argv[2] as string,
)
const identities = await Promise.all(Array.from({ length: peers }, () => Identity.create(world)))
const transports = identities.map(({ id }) => new MemoryTransport(id))
const tables = transports.map((transport, index) => {
  const signer = identities[index] as Identity
  return new Dht({ ...world, transport, signer, verify: systemCrypto.verify, sha256 })
})
const byId = new Map(transports.map((transport) => [transport.self, transport]))
for (const transport of transports) {
  const table = new RoutingTable(transport.self)
  for (const { self } of transports) table.add(self)
  const isFree = (id: PeerId) => (byId.get(id)?.neighbours.size ?? 0) < cap
  const { successors, predecessors } = table.ring(1)
  const wanted = table.wanted(transport.neighbours, cap, isFree)
  for (const id of [...successors, ...predecessors, ...wanted]) {
    if (transport.neighbours.has(id)) continue
    const other = byId.get(id) as MemoryTransport
    transport.link(other)
    other.link(transport)
  }
}
await sleep(3000)
const name = (index: number) => `record ${index}`
for (let index = 0; index < records; index++) {
  await new Promise<Outcome<Stored>>((done) =>
    tables[(index * 7) % peers]?.put(
      { kind: 'public', name: name(index), value: new Uint8Array(bytes).fill(index) },
      {},
      done,
    ),
  )
}
await sleep(1000)
messages = 0
let found = 0
let best = Number.POSITIVE_INFINITY
for (let from = 0; from < gets; from += ROUND) {
  const before = process.cpuUsage()
  for (let index = from; index < from + ROUND; index++) {
    const target = { kind: 'public', name: name(index % records) } as const
    const got = await new Promise<Outcome<Found>>((done) =>
      tables[(index * 13 + 5) % peers]?.get(target, {}, done),
    )
    if (got.ok && got.value.record?.value[0] === index % records) found++
  }
  const { user, system } = process.cpuUsage(before)
  best = Math.min(best, (user + system) / ROUND)
}
const perGet = messages / gets
const before = process.cpuUsage()
await sleep(IDLE_MS)
const { user, system } = process.cpuUsage(before)
const idleMillis = (user + system) / 1000 / (IDLE_MS / 1000) / peers
console.log(JSON.stringify({ found: found / gets, cpuMicros: best, messages: perGet, idleMillis }))
process.exit(0)
