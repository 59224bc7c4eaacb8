import { createHash } from 'node:crypto'
import {
  Dht,
  type DhtOptions,
  type Draft,
  type Found,
  type Outcome,
  type PutOptions,
  type Signer,
  type Target,
} from '@pigeon/dht'
import {
  type Host,
  type NetworkOptions,
  type RandomStream,
  SimulatedNetwork,
  Simulation,
} from '@pigeon/simulator'
import type { Store } from '@pigeon/store'
import { ByteWriter, type Transport } from '@pigeon/transport'
import { compareRingDistance, type PeerId, peerIdFromBytes, RoutingTable } from '@pigeon/xor'
import { CountingTransport } from './counting-transport.ts'

/** One way, between any two. */
const LATENCY = { model: 'uniform', minMs: 10, maxMs: 100 } as const

/** Peers that one knows beside those next to it, when it chooses its links. */
const KNOWN = 150

/** Options of a {@link Field}. */
export interface FieldOptions {
  readonly seed: number
  readonly peers: number
  readonly cap: number
  readonly network?: NetworkOptions
  readonly dht?: (peer: number) => Partial<DhtOptions>
  /** Ids that some peers take, by number; they cannot prove them. */
  readonly ids?: (peer: number) => PeerId | undefined
  /** Replaces the transport of a peer, for one that does not keep the rules. */
  readonly disguise?: (transport: Transport, peer: number, host: Host) => Transport
}

/** One simulated peer. */
export interface FieldPeer {
  readonly id: PeerId
  readonly host: Host
  readonly signer: Signer
  readonly transport: CountingTransport
  readonly dht: Dht
}

export const sha256 = (content: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(content).digest())

/** As long as a real signature, and costs next to nothing. */
function seal(key: Uint8Array, content: Uint8Array): Uint8Array {
  const half = createHash('sha256').update(key).update(content).digest()
  return new Uint8Array(Buffer.concat([half, half]))
}

/** What somebody who has a key says about one of the purposes of the protocol. */
export function prove(key: Uint8Array, purpose: string, statement: Uint8Array): Uint8Array {
  const whole = new ByteWriter().text(`pigeon/dht/${purpose}/1`).text('').raw(statement)
  return seal(key, whole.finish())
}

const verify = (content: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean =>
  Buffer.compare(seal(key, content), signature) === 0

/** What becomes of a get, by who asked and when. */
export type Got = Outcome<Found> & { readonly ms: number }

/** Peers with a table each, over links that the policy of the mesh chooses. */
export class Field {
  readonly simulation: Simulation
  readonly network: SimulatedNetwork
  readonly random: RandomStream
  readonly peers: FieldPeer[] = []
  readonly #options: FieldOptions
  readonly #keys: RandomStream
  readonly #links: RandomStream

  constructor(options: FieldOptions) {
    this.#options = options
    this.simulation = new Simulation({ seed: options.seed })
    this.network = new SimulatedNetwork(this.simulation, {
      latency: LATENCY,
      copyFrames: false,
      ...options.network,
    })
    this.random = this.simulation.random('field')
    this.#keys = this.simulation.random('keys')
    this.#links = this.simulation.random('links')
    for (let peer = 0; peer < options.peers; peer++) this.add()
    this.link()
    this.simulation.runFor(3000)
  }

  peer(index: number): FieldPeer {
    return this.peers[index] as FieldPeer
  }

  isThere(index: number): boolean {
    return this.peer(index).host.state === 'running'
  }

  /** Those that are there. */
  living(): number[] {
    return this.peers.flatMap((_, index) => (this.isThere(index) ? [index] : []))
  }

  /** One of those that are there and that `may`. */
  anyone(may: (index: number) => boolean = () => true): number {
    const living = this.living().filter(may)
    return living[this.random.below(living.length)] as number
  }

  /** A peer more, without links yet. */
  add(store?: Store): number {
    const index = this.peers.length
    const key = this.#keys.fill(new Uint8Array(32))
    const signer: Signer = { key, sign: (content) => seal(key, content) }
    const own = this.#options.ids?.(index)
    const id = own ?? peerIdFromBytes(sha256(key).subarray(0, 20))
    this.#start(index, id, signer, own === undefined, store)
    return index
  }

  /** Starts a dead peer again, without links. */
  restart(index: number): void {
    const { id, host, signer } = this.peer(index)
    host.restart()
    this.#start(index, id, signer, true, undefined)
  }

  /** Gives everybody the links that the policy of the mesh would choose of those it knows. */
  link(): void {
    const { cap } = this.#options
    const living = this.living().map((index) => this.peer(index).id)
    living.sort()
    const linked = new Map(living.map((id) => [id, new Set(this.network.transport(id).neighbours)]))
    const isFree = (other: PeerId) => (linked.get(other)?.size ?? 0) < cap
    const places = new Map(living.map((id, place) => [id, place]))
    for (const id of this.#links.shuffled(living)) {
      const mine = linked.get(id) as Set<PeerId>
      const table = this.#known(id, living, places.get(id) as number)
      const { successors, predecessors } = table.ring(1)
      for (const other of [...successors, ...predecessors, ...table.wanted(mine, cap, isFree)]) {
        if (mine.has(other)) continue
        mine.add(other)
        linked.get(other)?.add(id)
        this.network.connect(id, other)
      }
    }
  }

  /** The living closest to a place, by number. */
  closest(place: PeerId, count: number): number[] {
    return this.living()
      .sort((a, b) => compareRingDistance(place, this.peer(a).id, this.peer(b).id))
      .slice(0, count)
  }

  /** Begins a put. */
  put(peer: number, draft: Draft, options: PutOptions, done: (isStored: boolean) => void): void {
    this.peer(peer).dht.put(draft, options, ({ ok }) => done(ok))
  }

  /** Begins a get. */
  get(peer: number, target: Target, done: (got: Got) => void, paths?: number): void {
    const from = this.simulation.now
    this.peer(peer).dht.get(target, paths === undefined ? {} : { paths }, (outcome) =>
      done({ ...outcome, ms: this.simulation.now - from }),
    )
  }

  /** Begins so many operations, `everyMs` apart, and runs until all are done. @returns what they gave */
  all<T>(
    count: number,
    everyMs: number,
    begin: (index: number, done: (value: T) => void) => void,
  ): T[] {
    const results: T[] = []
    let heard = 0
    for (let index = 0; index < count; index++) {
      begin(index, (value) => {
        heard++
        results[index] = value
      })
      this.simulation.runFor(everyMs)
    }
    this.simulation.runUntil(() => heard === count, 60_000, 10)
    if (heard === count) return results
    throw new Error(
      `seed ${this.simulation.seed}: ${count - heard} of ${count} operations never ended`,
    )
  }

  #known(id: PeerId, living: readonly PeerId[], place: number): RoutingTable {
    const table = new RoutingTable(id)
    const { length } = living
    for (let step = -4; step <= 4; step++) {
      table.add(living[(place + step + 4 * length) % length] as PeerId)
    }
    const all = length <= KNOWN
    for (let other = 0; other < Math.min(length, KNOWN); other++) {
      table.add(living[all ? other : this.#links.below(length)] as PeerId)
    }
    return table
  }

  #start(
    index: number,
    id: PeerId,
    signer: Signer,
    proves: boolean,
    store: Store | undefined,
  ): void {
    const host = this.network.host(id)
    const { disguise = (plain) => plain } = this.#options
    const transport = new CountingTransport(disguise(this.network.transport(id), index, host))
    const { clock, random } = host
    const common = { verify, sha256, ...(proves && { signer }), ...(store && { store }) }
    const own = this.#options.dht?.(index)
    const dht = new Dht({ transport, clock, random, ...common, ...own })
    this.peers[index] = { id, host, signer, transport, dht }
  }
}
