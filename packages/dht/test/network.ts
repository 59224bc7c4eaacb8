import { createHash } from 'node:crypto'
import {
  type NetworkOptions,
  type RandomStream,
  SimulatedNetwork,
  Simulation,
} from '@pigeon/simulator'
import type { Transport } from '@pigeon/transport'
import { type PeerId, peerIdFromBytes, RoutingTable, ringDistance } from '@pigeon/xor'
import type { Stored } from '../src/delivery.ts'
import {
  Dht,
  type DhtOptions,
  type Draft,
  type Found,
  type Outcome,
  type PutOptions,
  type Signer,
  type Target,
} from '../src/index.ts'

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (value: Uint8Array | undefined): string | undefined =>
  value && new TextDecoder().decode(value)

export const sha256 = (content: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(content).digest())

/** Stands for a signature: only who has the key as an object makes it in these tests. */
function seal(key: Uint8Array, content: Uint8Array): Uint8Array {
  const half = createHash('sha256').update(key).update(content).digest()
  return new Uint8Array(Buffer.concat([half, half]))
}

/** A key that signs. */
export function signerOf(random: RandomStream): Signer {
  const key = random.fill(new Uint8Array(32))
  return { key, sign: (content) => seal(key, content) }
}

const verify = (content: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean =>
  Buffer.compare(seal(key, content), signature) === 0

/** Options of a {@link TestNetwork}. */
export interface TestOptions {
  readonly seed?: number
  readonly cap?: number
  readonly network?: NetworkOptions
  readonly dht?: Partial<DhtOptions>
  /** Replaces the transport of a peer, for one that does not keep the rules. */
  readonly disguise?: (transport: Transport, index: number) => Transport
}

/** One peer of a {@link TestNetwork}. */
export interface TestPeer {
  readonly id: PeerId
  readonly signer: Signer
  dht: Dht
}

/** Peers in virtual time, linked as a mesh would link them. */
export class TestNetwork {
  readonly simulation: Simulation
  readonly network: SimulatedNetwork
  readonly peers: TestPeer[]
  readonly #options: TestOptions

  constructor(count: number, options: TestOptions = {}) {
    this.#options = options
    this.simulation = new Simulation({ seed: options.seed ?? 1 })
    this.network = new SimulatedNetwork(this.simulation, {
      latency: { model: 'uniform', minMs: 10, maxMs: 100 },
      ...options.network,
    })
    const random = this.simulation.random('keys')
    this.peers = Array.from({ length: count }, (_, index) => this.#start(signerOf(random), index))
    this.link()
    this.run(1500)
  }

  run(ms: number): void {
    this.simulation.runFor(ms)
  }

  /** Adds a peer, and links as if it had been there. */
  add(dht: Partial<DhtOptions> = {}): TestPeer {
    const peer = this.#start(signerOf(this.simulation.random('keys')), this.peers.length, dht)
    this.peers.push(peer)
    this.link()
    return peer
  }

  /** Those that are there. */
  get living(): TestPeer[] {
    return this.peers.filter(({ id }) => this.network.host(id).state === 'running')
  }

  /** Gives everybody the links that the policy of the mesh would: missing ones are added. */
  link(): void {
    const { cap = 8 } = this.#options
    const living = this.living.map(({ id }) => id).sort()
    const random = this.simulation.random('links')
    const linked = new Map(living.map((id) => [id, new Set(this.network.transport(id).neighbours)]))
    const isFree = (other: PeerId) => (linked.get(other)?.size ?? 0) < cap
    for (const id of random.shuffled(living)) {
      const mine = linked.get(id) as Set<PeerId>
      const table = new RoutingTable(id)
      // Whom it knows: those next to it, and of many some.
      const at = living.indexOf(id)
      for (let step = -4; step <= 4; step++) {
        table.add(living[(at + step + 4 * living.length) % living.length] as PeerId)
      }
      for (let other = 0; other < Math.min(living.length, 150); other++) {
        const one = living.length > 150 ? random.below(living.length) : other
        table.add(living[one] as PeerId)
      }
      const { successors, predecessors } = table.ring(1)
      for (const other of [...successors, ...predecessors, ...table.wanted(mine, cap, isFree)]) {
        if (mine.has(other)) continue
        mine.add(other)
        linked.get(other)?.add(id)
        this.network.connect(id, other)
      }
    }
  }

  crash(index: number, notice: 'silent' | 'at-once' = 'at-once'): void {
    const host = this.network.host((this.peers[index] as TestPeer).id)
    if (notice === 'silent') host.crash()
    else host.crash('at-once')
  }

  put(index: number, draft: Draft, options: PutOptions = {}): Outcome<Stored> {
    return this.wait((done) => this.dht(index).put(draft, options, done))
  }

  get(index: number, target: Target, paths?: number): Outcome<Found> {
    return this.wait((done) =>
      this.dht(index).get(target, paths === undefined ? {} : { paths }, done),
    )
  }

  /** The value that a get gives, as text; undefined for none. */
  read(index: number, target: Target): string | undefined {
    const outcome = this.get(index, target)
    if (!outcome.ok) throw outcome.error
    const { record } = outcome.value
    return record?.deleted ? undefined : text(record?.value)
  }

  dht(index: number): Dht {
    return (this.peers[index] as TestPeer).dht
  }

  /** Runs until an operation is done. */
  wait<T>(begin: (done: (value: T) => void) => void, limitMs = 60_000): T {
    let result: { value: T } | undefined
    begin((value) => {
      result = { value }
    })
    this.simulation.runUntil(() => result !== undefined, limitMs)
    if (result === undefined) throw new Error(`seed ${this.simulation.seed}: nothing came of it`)
    return result.value
  }

  /** Peers that hold an address, by number. */
  holders(address: string): number[] {
    return this.living
      .filter(({ dht }) => (dht.held() as string[]).includes(address))
      .map((peer) => this.peers.indexOf(peer))
  }

  /** The living by how near they are to a place. */
  closest(place: PeerId): TestPeer[] {
    return this.living.sort((a, b) =>
      ringDistance(a.id, place) < ringDistance(b.id, place) ? -1 : 1,
    )
  }

  /** Starts a crashed peer again, without links. */
  restart(index: number, dht: Partial<DhtOptions> = {}): void {
    const { id, signer } = this.peers[index] as TestPeer
    this.network.host(id).restart()
    this.peers[index] = this.#start(signer, index, dht)
    this.link()
  }

  #start(signer: Signer, index: number, extra: Partial<DhtOptions> = {}): TestPeer {
    const id = peerIdFromBytes(sha256(signer.key).subarray(0, 20))
    const { clock, random } = this.network.host(id)
    const { disguise = (plain: Transport) => plain, dht: common } = this.#options
    const transport = disguise(this.network.transport(id), index)
    const options = { verify, signer, sha256, ...common, ...extra }
    return { id, signer, dht: new Dht({ transport, clock, random, ...options }) }
  }
}
