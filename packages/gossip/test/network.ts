import { type NetworkOptions, SimulatedNetwork, Simulation } from '@pigeon/simulator'
import type { SendResult, Transport } from '@pigeon/transport'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { Gossip, type GossipMessage, type GossipOptions, type Report } from '../src/index.ts'
import { Kind } from '../src/kind.ts'

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array): string => new TextDecoder().decode(value)

/** Options of a {@link TestNetwork}. */
export interface TestOptions {
  readonly seed?: number
  readonly network?: NetworkOptions
  /** Options of all, or of each. */
  readonly gossip?: Partial<GossipOptions> | ((index: number) => Partial<GossipOptions>)
}

/** A frame as it went out. */
export interface Outgoing {
  readonly from: number
  readonly to: PeerId
  readonly frame: Uint8Array
}

/** One peer and what it saw. */
export interface TestPeer {
  readonly id: PeerId
  readonly transport: Transport
  gossip: Gossip
  received: GossipMessage[]
  rejected: string[]
  reports: Report[]
  shunned: PeerId[]
}

/** Peers in virtual time, linked as a test says. */
export class TestNetwork {
  readonly simulation: Simulation
  readonly network: SimulatedNetwork
  readonly peers: TestPeer[]
  /** Every frame that went out. */
  readonly sent: Outgoing[] = []
  readonly #options: TestOptions

  constructor(
    count: number,
    edges: readonly (readonly [number, number])[],
    options: TestOptions = {},
  ) {
    this.#options = options
    this.simulation = new Simulation({ seed: options.seed ?? 1 })
    this.network = new SimulatedNetwork(this.simulation, { latency: 10, ...options.network })
    const random = this.simulation.random('ids')
    this.peers = Array.from({ length: count }, (_, index) =>
      this.#start(randomPeerId(random), index),
    )
    for (const [a, b] of edges) this.connect(a, b)
    this.run(100)
  }

  peer(index: number): TestPeer {
    const found = this.peers[index]
    if (found === undefined) throw new RangeError(`there is no peer ${index}`)
    return found
  }

  connect(a: number, b: number): void {
    this.network.connect(this.peer(a).id, this.peer(b).id)
  }

  run(ms: number): void {
    this.simulation.runFor(ms)
  }

  /** The texts a peer received, in the order they came. */
  texts(index: number): string[] {
    return this.peer(index).received.map(({ payload }) => text(payload))
  }

  publish(index: number, what: string, options?: Parameters<Gossip['publish']>[2]): string {
    return this.peer(index).gossip.publish('chat', bytes(what), options)
  }

  /** Frames of one kind that went out since `since`. */
  frames(kind: keyof typeof Kind, since = 0): Outgoing[] {
    return this.sent.slice(since).filter(({ frame }) => frame[0] === Kind[kind])
  }

  /** Sends as if a peer's gossip had. */
  forge(from: number, to: number, frame: Uint8Array): SendResult {
    return this.peer(from).transport.send(this.peer(to).id, frame)
  }

  crash(index: number): void {
    this.network.host(this.peer(index).id).crash('at-once')
  }

  /** Starts a crashed peer again, without links. */
  restart(index: number, options: Partial<GossipOptions> = {}): void {
    const { id } = this.peer(index)
    this.network.host(id).restart()
    this.peers[index] = this.#start(id, index, options)
  }

  #start(id: PeerId, index: number, extra: Partial<GossipOptions> = {}): TestPeer {
    const { clock, random } = this.network.host(id)
    const transport = this.#watched(index, this.network.transport(id))
    const { gossip: own = {} } = this.#options
    const options = { ...(typeof own === 'function' ? own(index) : own), ...extra }
    const gossip = new Gossip({ ...options, transport, clock, random })
    const peer: TestPeer = {
      id,
      transport,
      gossip,
      received: [],
      rejected: [],
      reports: [],
      shunned: [],
    }
    gossip.on('message', (message) => peer.received.push(message))
    gossip.on('rejected', (_from, reason) => peer.rejected.push(reason))
    gossip.on('report', (report) => peer.reports.push(report))
    gossip.on('shunned', (who) => peer.shunned.push(who))
    return peer
  }

  #watched(from: number, transport: Transport): Transport {
    const { sent } = this
    return {
      self: transport.self,
      maxFrameBytes: transport.maxFrameBytes,
      get neighbours() {
        return transport.neighbours
      },
      on: (event, listener) => transport.on(event, listener),
      send(to, frame) {
        const result = transport.send(to, frame)
        if (result === 'sent') sent.push({ from, to, frame: frame.slice() })
        return result
      },
    }
  }
}

/** A chain of peers. */
export const line = (count: number): [number, number][] =>
  Array.from({ length: count - 1 }, (_, index) => [index, index + 1])

/** Everybody linked to everybody. */
export const clique = (count: number): [number, number][] =>
  Array.from({ length: count }, (_, a) =>
    Array.from({ length: a }, (_, b): [number, number] => [b, a]),
  ).flat()

/** A ring with chords: `degree` links each, an even number. */
export const ringWithChords = (count: number, degree: number): [number, number][] =>
  Array.from({ length: degree / 2 }, (_, chord) => {
    const step = Math.max(1, Math.round(count ** (chord / (degree / 2))))
    return Array.from({ length: count }, (_, peer): [number, number] => [
      peer,
      (peer + step) % count,
    ])
  }).flat()

/** The smallest of fakes: a proof is the sum of what it vouches for. */
export const sign = (content: Uint8Array): Uint8Array =>
  Uint8Array.of(content.reduce((sum, byte) => sum + byte, 0) & 255)
export const verify = (content: Uint8Array, proof: Uint8Array): boolean =>
  proof[0] === sign(content)[0]
