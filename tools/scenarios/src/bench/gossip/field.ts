import { createHash } from 'node:crypto'
import { Gossip, type GossipOptions } from '@pigeon/gossip'
import {
  type Host,
  type NetworkOptions,
  type RandomStream,
  SimulatedNetwork,
  Simulation,
} from '@pigeon/simulator'
import type { Transport } from '@pigeon/transport'
import { type PeerId, randomPeerId, ringDistance } from '@pigeon/xor'
import { CountingTransport, noTraffic, type Traffic } from './counting-transport.ts'
import { floodTimes, randomGraph } from './graph.ts'

/** One way, between any two. */
const LATENCY = { model: 'uniform', minMs: 10, maxMs: 100 } as const

/** Options of a {@link Field}. */
export interface FieldOptions {
  readonly seed: number
  readonly peers: number
  readonly degree: number
  readonly network?: NetworkOptions
  /** Options of each peer's gossip. */
  readonly gossip?: (peer: number) => Partial<GossipOptions>
  /** A peer that has no links yet. */
  readonly without?: number
  /** Replaces the transport of a peer, for one that does not keep the rules. */
  readonly disguise?: (transport: Transport, peer: number, host: Host) => Transport
}

/** One message and who got it. */
export interface Sent {
  readonly id: string
  readonly source: number
  readonly at: number
  /** Who was there when it was sent, and in which life. */
  readonly audience: ReadonlyMap<number, number>
  /** When each peer got it, ms after it was sent; NaN if it did not. */
  readonly arrivals: Float64Array
  /** When a flood would have brought it there, ms; Infinity if that could not. */
  readonly flood: Float64Array
}

/** One simulated peer. */
export interface FieldPeer {
  readonly id: PeerId
  readonly host: Host
  readonly transport: CountingTransport
  readonly gossip: Gossip
  /** When its present life began. */
  readonly startedAt: number
}

/** Peers that gossip over links that are given. */
export class Field {
  readonly simulation: Simulation
  readonly network: SimulatedNetwork
  readonly random: RandomStream
  readonly peers: FieldPeer[]
  /** The links that were made, by peer. */
  readonly neighbours: Set<number>[]
  readonly sent: Sent[] = []
  /** Deliveries, also to peers that came after the message was sent. */
  deliveries = 0
  /** Deliveries of a message to a peer that had it already. */
  doubles = 0
  readonly #byId = new Map<string, Sent>()
  readonly #options: FieldOptions

  constructor(options: FieldOptions) {
    const { seed, peers, degree } = options
    this.#options = options
    this.simulation = new Simulation({ seed })
    const latency = LATENCY
    this.network = new SimulatedNetwork(this.simulation, {
      latency,
      copyFrames: false,
      ...options.network,
    })
    this.random = this.simulation.random('field')
    const edges = randomGraph(peers, degree, this.simulation.random('graph'))
    this.neighbours = Array.from({ length: peers }, () => new Set())
    // In the order of their ids, so that the ring of the graph is that of the ids.
    const ids = Array.from({ length: peers }, () => randomPeerId(this.random)).sort()
    this.peers = ids.map((id, index) => this.#start(id, index, ids))
    for (const [a, b] of edges) {
      if (a !== options.without && b !== options.without) this.connect(a, b)
    }
  }

  connect(a: number, b: number): void {
    this.neighbours[a]?.add(b)
    this.neighbours[b]?.add(a)
    this.network.connect(this.peer(a).id, this.peer(b).id)
  }

  /** Gives those that are there new links, as a mesh would: a ring, then random ones up to a mean. */
  mend(degree: number): void {
    const living = this.living()
    for (const [place, peer] of living.entries()) {
      this.connect(peer, living[(place + 1) % living.length] as number)
    }
    const links = () => living.reduce((sum, peer) => sum + this.livingNeighbours(peer).length, 0)
    for (let missing = living.length * degree - links(); missing > 0; missing -= 2) {
      const [a, b] = this.random.shuffled(living) as [number, number]
      this.connect(a, b)
    }
  }

  livingNeighbours(peer: number): number[] {
    return [...(this.neighbours[peer] ?? [])].filter((other) => this.isThere(other))
  }

  peer(index: number): FieldPeer {
    return this.peers[index] as FieldPeer
  }

  /** @param life of the peer. Default: the present one */
  isThere(index: number, life?: number): boolean {
    const host = this.peers[index]?.host
    return host?.state === 'running' && (life === undefined || host.life === life)
  }

  /** Those that are there. */
  living(): number[] {
    return this.peers.flatMap((_, index) => (this.isThere(index) ? [index] : []))
  }

  publish(source: number, bytes: number): Sent {
    const payload = new Uint8Array(bytes).fill(this.sent.length)
    const id = this.peer(source).gossip.publish('bench', payload)
    const arrivals = new Float64Array(this.peers.length).fill(Number.NaN)
    const audience = new Map(this.living().map((peer) => [peer, this.peer(peer).host.life]))
    audience.delete(source)
    const sent: Sent = {
      id,
      source,
      at: this.simulation.now,
      audience,
      arrivals,
      flood: this.#flood(source),
    }
    this.sent.push(sent)
    this.#byId.set(id, sent)
    return sent
  }

  /** Publishes `count` messages from random peers that are there, `everyMs` apart. */
  publishMany(count: number, everyMs: number, bytes: number): Sent[] {
    return Array.from({ length: count }, () => {
      const living = this.living()
      const sent = this.publish(living[this.random.below(living.length)] as number, bytes)
      this.simulation.runFor(everyMs)
      return sent
    })
  }

  /** Starts to count anew. @returns what each peer sent before */
  takeTraffic(): Traffic[] {
    return this.peers.map(({ transport }) => {
      const { sent } = transport
      transport.sent = noTraffic()
      return sent
    })
  }

  /** Starts a dead peer again, without links. */
  restart(index: number): void {
    const { id, host } = this.peer(index)
    host.restart()
    for (const other of this.neighbours[index] ?? []) this.neighbours[other]?.delete(index)
    this.neighbours[index]?.clear()
    const ids = this.peers.map((peer) => peer.id)
    this.peers[index] = this.#start(id, index, ids)
  }

  #flood(source: number): Float64Array {
    return floodTimes(
      this.neighbours,
      source,
      (a, b) => this.network.latency(this.peer(a).host, this.peer(b).host),
      (peer) => this.isThere(peer),
    )
  }

  #start(id: PeerId, index: number, ids: readonly PeerId[]): FieldPeer {
    const host = this.network.host(id)
    const { disguise = (plain) => plain } = this.#options
    const transport = new CountingTransport(disguise(this.network.transport(id), index, host))
    const size = ringEstimate(index, ids)
    const { clock, random } = host
    const options = { sha256, estimateSize: () => size, ...this.#options.gossip?.(index) }
    const gossip = new Gossip({ ...options, transport, clock, random })
    const { life } = host
    gossip.on('message', (message) => {
      const sent = this.#byId.get(message.id)
      if (sent === undefined || host.life !== life) return
      this.deliveries++
      if (sent.audience.get(index) !== life) return // it came later
      if (!Number.isNaN(sent.arrivals[index])) this.doubles++
      else sent.arrivals[index] = this.simulation.now - sent.at
    })
    return { id, host, transport, gossip, startedAt: this.simulation.now }
  }
}

/** How many peers there are, as one judges by the distance to the next four ids on either side. */
function ringEstimate(index: number, ids: readonly PeerId[]): number {
  const reach = Math.min(4, Math.floor((ids.length - 1) / 2))
  if (reach < 1) return ids.length
  const at = (offset: number) => ids[(index + offset + ids.length) % ids.length] as PeerId
  const share = (a: PeerId, b: PeerId) => Number(ringDistance(a, b)) / 2 ** 160
  const self = at(0)
  return Math.round((2 * reach) / (share(self, at(reach)) + share(at(-reach), self)))
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
