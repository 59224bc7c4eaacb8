import { type NetworkOptions, Simulation } from '@pigeon/simulator'
import { type BuildOptions, type BuiltNetwork, buildNetwork } from '../build-network.ts'
import type { ScenarioPeer } from '../peer.ts'
import { areRingsWhole, components, ringCompleteness } from './measures.ts'

/** How peers come: all within a second, or one after the other. */
export type JoinPattern = 'burst' | 'one-by-one'

/** Joins of a burst happen within this, ms. */
const BURST_MS = 1000

/** The time between two joins one by one, ms. */
const JOIN_EVERY_MS = 200

/** How often the network is looked at, ms. */
const LOOK_MS = 250

/**
 * A ring that is open for so long does not count as broken, ms: the way to a neighbour that cannot
 * be linked led over a link that ended, and another one is being found.
 */
const BLINK_MS = 1000

/** Delays of 10 to 100 ms, and every twentieth dial fails. */
export const ROUGH_NETWORK: NetworkOptions = {
  latency: { model: 'uniform', minMs: 10, maxMs: 100 },
  dialFailure: 0.05,
}

/** A network without broadcast, none of whose peers has started. */
export function buildTrial(
  options: { seed: number; peers: number; maxPeers: number } & Partial<BuildOptions>,
): BuiltNetwork {
  const { seed, maxPeers, network = ROUGH_NETWORK, ...rest } = options
  const simulation = new Simulation({ seed })
  const peer = { mesh: { maxPeers, minPeers: Math.min(3, maxPeers) }, gossip: false } as const
  return buildNetwork(simulation, { peer, network, ...rest })
}

/** Lets all peers join, and runs until the last one has started. */
export function joinAll({ simulation, peers }: BuiltNetwork, pattern: JoinPattern): void {
  const starts = simulation.random('join')
  const joinMs = pattern === 'burst' ? BURST_MS : (peers.length - 1) * JOIN_EVERY_MS
  for (const [index, peer] of peers.entries()) {
    const atMs = pattern === 'burst' ? starts.fraction() * BURST_MS : index * JOIN_EVERY_MS
    simulation.clock.after(atMs, () => peer.start())
  }
  simulation.runFor(joinMs)
}

/** When a network became what it should be, ms since the watch began; Infinity: not in time. */
export interface Healing {
  readonly oneComponentMs: number
  readonly wholeRingMs: number
  /** Parts at the end of the watch. */
  readonly components: number
  /** Share of peers that are linked to the next one, at the end. */
  readonly ring: number
  /** From when on the ring of each part was whole. */
  readonly wholePartsMs: number
}

/** From when on something held, but for blinks. */
class Since {
  at = 0
  #heldAt = Number.NEGATIVE_INFINITY

  look(at: number, holds: boolean): void {
    if (holds) this.#heldAt = at
    else if (at - this.#heldAt > BLINK_MS) this.at = at + LOOK_MS
  }
}

/** Runs on, and sees from when on the network was whole and remained so. */
export function watch(built: BuiltNetwork, forMs: number): Healing {
  const { simulation } = built
  const start = simulation.now
  let [brokenAt, parts, ring] = [0, 0, 0]
  let arePartsWhole = false
  const [wholeRing, wholeParts] = [new Since(), new Since()]
  for (let at = 0; at <= forMs; at += LOOK_MS) {
    simulation.run(start + at)
    const running = built.running()
    parts = components(running).length
    ring = ringCompleteness(running)
    if (parts > 1) brokenAt = at + LOOK_MS
    arePartsWhole = areRingsWhole(running)
    wholeRing.look(at, ring === 1)
    wholeParts.look(at, arePartsWhole)
  }
  return {
    oneComponentMs: parts > 1 ? Number.POSITIVE_INFINITY : brokenAt,
    wholeRingMs: ring < 1 ? Number.POSITIVE_INFINITY : wholeRing.at,
    components: parts,
    ring,
    wholePartsMs: arePartsWhole ? wholeParts.at : Number.POSITIVE_INFINITY,
  }
}

/** What became of direct messages between peers at random. */
export interface DirectOutcome {
  readonly sent: number
  readonly delivered: number
  /** Links that those that arrived went, on average. */
  readonly meanHops: number
}

/** Sends `count` direct messages between random peers, and waits for their receipts. */
export function sendDirect(built: BuiltNetwork, count: number): DirectOutcome {
  const { simulation } = built
  const running = built.running()
  const random = simulation.random('direct')
  let delivered = 0
  let hops = 0
  const unsubscribe = running.map((peer) =>
    peer.direct.on('delivered', (event) => {
      delivered++
      hops += event.hops
    }),
  )
  for (let sent = 0; sent < count; sent++) {
    const [from, to] = random.shuffled(running) as [ScenarioPeer, ScenarioPeer]
    simulation.clock.after(sent * 10, () => from.direct.send(to.id, new Uint8Array(100)))
  }
  simulation.runFor(count * 10 + 10_500)
  for (const stop of unsubscribe) stop()
  return { sent: count, delivered, meanHops: delivered === 0 ? 0 : hops / delivered }
}

/** Lets a share of the running peers die at once, without a word. */
export function kill(built: BuiltNetwork, share: number): void {
  const running = built.simulation.random('kill').shuffled(built.running())
  for (const peer of running.slice(0, Math.round(running.length * share))) peer.crash()
}
