import type { Clock } from '@pigeon/transport'
import type { Hub } from '../hub.ts'
import { alternatives } from './alternatives.ts'
import type { HubNode } from './hub-node.ts'
import type { KnownHub } from './known-hub.ts'

/** How often loads are compared, ms. */
const INTERVAL_MS = 10_000

/** A hub this much above the mean asks clients to move, as a part of its connections. */
const MARGIN = 0.1

/** At most this part of its clients at a time, so that loads settle before the next look. */
const SHED_PART = 0.1

/** Options of {@link LoadSpreading}. */
export interface LoadSpreadingOptions {
  readonly hub: Hub
  readonly node: HubNode
  readonly clock: Clock
  readonly region?: string | undefined
}

/** Asks a few clients at a time to move, while this hub has clearly more of them than others have. */
export class LoadSpreading {
  readonly #options: LoadSpreadingOptions
  #cancel: () => void = () => {}

  constructor(options: LoadSpreadingOptions) {
    this.#options = options
    this.#repeat()
  }

  close(): void {
    this.#cancel()
  }

  #repeat(): void {
    this.#cancel = this.#options.clock.after(INTERVAL_MS, () => {
      this.#look()
      this.#repeat()
    })
  }

  #look(): void {
    const { hub, node, region } = this.#options
    const { connections } = hub.getStats()
    const load = connections / hub.limits.maxConnections
    const near = node.hubs.filter((other) => isNear(other, region))
    const loads = [load, ...near.map((other) => other.load)]
    const mean = loads.reduce((sum, each) => sum + each, 0) / loads.length
    const urls = alternatives(
      near.filter((other) => other.load < mean),
      region,
    )
    if (load <= mean + MARGIN || urls.length === 0) return
    const above = (load - mean) * hub.limits.maxConnections
    hub.shed(Math.ceil(Math.min(above, connections * SHED_PART)), INTERVAL_MS, urls)
  }
}

function isNear({ draining, region: there }: KnownHub, region: string | undefined): boolean {
  return !draining && (region === undefined || region === there)
}
