import type { BuiltNetwork } from '../build-network.ts'
import { buildTrial } from './trial.ts'

/** The time between two joins, ms. */
const JOIN_EVERY_MS = 20

/** After the last join a half is left alone for this long, ms: also for names to be forgotten. */
const SETTLE_MS = 95_000

/** How long the two peers that make the one link may take for it, ms. */
const BRIDGE_MS = 180_000

/**
 * Two networks of `half` peers each that never heard of each other, under one name: one joined
 * while the other could not reach it. They stay apart until {@link healByHub} or
 * {@link healByOneLink}.
 */
export function twoRings(options: { half: number; maxPeers: number; seed: number }): BuiltNetwork {
  const { half, maxPeers, seed } = options
  const built = buildTrial({ seed, peers: half * 2, maxPeers })
  const { simulation, network, server, peers } = built
  const [first, second] = [peers.slice(0, half), peers.slice(half)]
  const start = (some: typeof first) => {
    for (const [index, peer] of some.entries()) {
      simulation.clock.after(index * JOIN_EVERY_MS, () => peer.start())
    }
    simulation.runFor(half * JOIN_EVERY_MS + SETTLE_MS)
  }
  start(first)
  network.partition([[server.host.id, ...second.map(({ id }) => id)], first.map(({ id }) => id)])
  simulation.runFor(SETTLE_MS)
  built.restartHub()
  start(second)
  return built
}

/** Everybody reaches everybody, and the hub. */
export function healByHub({ network }: BuiltNetwork): void {
  network.heal()
}

/** One peer of each half gets a link to the other; nobody has a hub. Returns when it is there. */
export function healByOneLink(built: BuiltNetwork): void {
  const { simulation, network, server, peers } = built
  const half = peers.length / 2
  const random = simulation.random('bridge')
  const [one, other] = [peers[random.below(half)], peers[half + random.below(half)]]
  if (one === undefined || other === undefined) throw new RangeError('two halves of peers, please')
  // For a moment only these two have a hub, and room for each other.
  built.restartHub()
  const hub = [server.host.id]
  const rest = peers.filter((peer) => peer !== one && peer !== other)
  network.partition([hub, rest.map(({ id }) => id)])
  for (let waitedMs = 0; !one.mesh.peers.has(other.id); waitedMs += 100) {
    if (waitedMs >= BRIDGE_MS) throw new Error('the two never met')
    if (waitedMs % 1000 === 0) {
      // Their own halves take room, too, while one of them waits for its hub.
      for (const { mesh } of [one, other]) mesh.setMaxPeers(mesh.peers.size + 2)
      one.mesh.connect(other.id)
    }
    simulation.runFor(100)
  }
  network.partition([hub, peers.map(({ id }) => id)])
}
