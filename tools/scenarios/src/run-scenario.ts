import { type NetworkOptions, Simulation } from '@pigeon/simulator'
import { buildNetwork } from './build-network.ts'
import { scheduleFaults } from './faults.ts'
import type { Measured, Metric } from './metrics.ts'
import type { Scenario } from './scenario.ts'
import { components, linkCounts, ringCompleteness } from './topology/measures.ts'
import { TrafficCounter } from './traffic.ts'

/** What came out of a scenario. */
export interface Outcome {
  readonly seed: number
  readonly traceHash: string
  readonly measured: Measured
  /** Expectations that do not hold, as text. */
  readonly missed: readonly string[]
}

/**
 * Runs a scenario to its end.
 * @param now the real time, ms: for events a second alone
 */
export function runScenario(scenario: Scenario, now: () => number): Outcome {
  const { seed, peers, join, mesh, gossip, hub, hubLatencyMs, network, durationMs } = scenario
  const simulation = new Simulation({ seed })
  const traffic = new TrafficCounter(simulation)
  const built = buildNetwork(simulation, {
    peers,
    network: network as NetworkOptions,
    hub,
    ...(hubLatencyMs !== undefined && { hubLatencyMs }),
    peer: { mesh, gossip },
    onStart: (peer, layers) => traffic.watch(peer, layers),
  })
  const starts = simulation.random('join')
  for (const [index, peer] of built.peers.entries()) {
    const atMs = join.pattern === 'burst' ? starts.fraction() * join.withinMs : index * join.everyMs
    simulation.clock.after(atMs, () => peer.start())
  }
  scheduleFaults(built, scenario.faults)
  traffic.schedule(built, scenario.broadcasts, scenario.directMessages)

  const startedAt = now()
  simulation.run(durationMs)
  const seconds = (now() - startedAt) / 1000

  const running = built.running()
  const parts = components(running)
  const links = linkCounts(running)
  const stats = built.peers.map(({ host }) => host.stats)
  const total = (key: 'frames' | 'linksCreated' | 'linksOpened') =>
    stats.reduce((sum, one) => sum + one[key], 0)
  const measured: Measured = {
    running: running.length,
    components: parts.length,
    largestShare: (parts[0] ?? 0) / Math.max(1, running.length),
    ringComplete: ringCompleteness(running),
    linksMin: links.min,
    linksMean: links.mean,
    linksMax: links.max,
    connectionsCreated: total('linksCreated'),
    connectionsOpened: total('linksOpened'),
    hubMessages: built.hubMessages(),
    broadcastsDelivered: traffic.broadcastShare(),
    broadcastMeanMs: traffic.meanMs,
    framesPerDelivery: traffic.deliveries === 0 ? 0 : total('frames') / traffic.deliveries,
    directDelivered: traffic.directShare(),
    events: simulation.events,
    eventsPerSecond: simulation.events / seconds,
  }
  return { seed, traceHash: simulation.traceHash, measured, missed: missed(scenario, measured) }
}

function missed({ expect }: Scenario, measured: Measured): string[] {
  const lines: string[] = []
  for (const [metric, bounds] of Object.entries(expect)) {
    const value = measured[metric as Metric]
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds ?? {}
    if (value < min) lines.push(`${metric} is ${value}, expected at least ${min}`)
    if (value > max) lines.push(`${metric} is ${value}, expected at most ${max}`)
  }
  return lines
}
