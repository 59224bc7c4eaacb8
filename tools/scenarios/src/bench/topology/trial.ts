import { components } from '../../topology/measures.ts'
import {
  buildTrial,
  type JoinPattern,
  joinAll,
  kill,
  sendDirect,
  watch,
} from '../../topology/trial.ts'

/** How long a network is watched after the last join, and after the deaths, ms. */
const WATCH_MS = 45_000

/**
 * How long an idle network is left alone to count what it tells its hub, ms: in so long each calm
 * peer asks once.
 */
const IDLE_MS = 65_000

/** The share of peers that die at once. */
const DYING = 0.3

/** What one network is to do. */
export interface TrialOptions {
  readonly peers: number
  readonly maxPeers: number
  readonly seed: number
  readonly pattern: JoinPattern
  /** Whether the hub is there when a third dies. */
  readonly hub: 'up' | 'down'
  readonly directMessages: number
}

/** What it did. Times since the last join or the deaths, ms; Infinity as `null` in JSON. */
export interface TrialResult {
  readonly options: TrialOptions
  readonly oneComponentMs: number | null
  readonly wholeRingMs: number | null
  readonly sent: number
  readonly delivered: number
  readonly hops: number
  readonly hubMessagesPerJoin: number
  readonly idleHubMessages: number
  readonly meanCreated: number
  readonly maxCreated: number
  readonly afterDeaths: {
    /** Parts that the links of the survivors left over. */
    readonly partsBefore: number
    readonly parts: number
    readonly oneComponentMs: number | null
    readonly wholeRingMs: number | null
    /** When the ring of each part was whole. */
    readonly wholePartsMs: number | null
    readonly sent: number
    readonly delivered: number
  }
}

/** Joins, direct messages, an idle minute, deaths, and direct messages again. */
export function runTrial(options: TrialOptions): TrialResult {
  const { peers, maxPeers, seed, pattern, hub, directMessages } = options
  const built = buildTrial({ seed, peers, maxPeers })
  joinAll(built, pattern)
  const joined = watch(built, WATCH_MS)
  const hubMessagesPerJoin = built.hubMessages() / peers
  const direct = sendDirect(built, directMessages)
  const before = built.hubMessages()
  built.simulation.runFor(IDLE_MS)
  const idleHubMessages = ((built.hubMessages() - before) / peers) * (60_000 / IDLE_MS)
  const created = built.peers.map(({ host }) => host.stats.linksCreated)

  if (hub === 'down') built.server.outage()
  kill(built, DYING)
  const partsBefore = components(built.running()).length
  const healed = watch(built, WATCH_MS)
  const after = sendDirect(built, directMessages)
  return {
    options,
    oneComponentMs: finite(joined.oneComponentMs),
    wholeRingMs: finite(joined.wholeRingMs),
    sent: direct.sent,
    delivered: direct.delivered,
    hops: direct.meanHops,
    hubMessagesPerJoin,
    idleHubMessages,
    meanCreated: created.reduce((sum, count) => sum + count, 0) / peers,
    maxCreated: Math.max(...created),
    afterDeaths: {
      partsBefore,
      parts: healed.components,
      oneComponentMs: finite(healed.oneComponentMs),
      wholeRingMs: finite(healed.wholeRingMs),
      wholePartsMs: finite(healed.wholePartsMs),
      sent: after.sent,
      delivered: after.delivered,
    },
  }
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null
}
