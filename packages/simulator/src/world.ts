import type { Host } from './host.ts'
import type { ResolvedOptions } from './options.ts'
import type { Profile } from './profile.ts'
import type { Simulation } from './simulation.ts'

/** What the parts of a network know of it. */
export interface World {
  readonly simulation: Simulation
  readonly options: ResolvedOptions
  readonly linkProfile: Profile
  readonly socketProfile: Profile
  /** One-way delay, ms. */
  latency(a: Host, b: Host): number
  lossRate(a: Host, b: Host): number
}
