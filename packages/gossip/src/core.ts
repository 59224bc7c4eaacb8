import type { Timers } from '@pigeon/transport'
import type { Entry } from './entry.ts'
import type { Links } from './links.ts'
import type { Memory } from './memory.ts'
import type { GossipMessage } from './message.ts'
import type { Neighbour } from './neighbour.ts'
import type { GossipOptions, Limits } from './options.ts'
import type { Puller } from './puller.ts'
import type { Reign } from './reign.ts'
import type { Reports } from './reports.ts'
import type { Spreader } from './spreader.ts'
import type { Summaries } from './summaries.ts'
import type { Tree } from './tree.ts'

/** What a neighbour can do wrong. */
export type Fault = 'malformed' | 'forged' | 'invalid' | 'flood' | 'broken'

/** The parts of one instance, as they see each other. */
export interface Core {
  readonly options: GossipOptions
  readonly limits: Limits
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  readonly timers: Timers
  readonly links: Links
  readonly memory: Memory
  readonly reign: Reign
  readonly tree: Tree
  readonly puller: Puller
  readonly spreader: Spreader
  readonly summaries: Summaries
  readonly reports: Reports
  /** The clock, ms. */
  now(): number
  /** The time this peer and its neighbours agree on, ms. */
  networkNow(): number
  /** A neighbour did something wrong. */
  blame(link: Neighbour, fault: Fault): void
  /** A neighbour has a message too, that came there over so many links. */
  holds(link: Neighbour, entry: Entry, hops: number): void
  /** A message came and was judged. */
  accepted(arrival: Arrival): void
}

/** A message that was checked. */
export interface Arrival {
  readonly entry: Entry
  readonly link: Neighbour
  readonly message: GossipMessage
  /** Whether it was asked for. */
  readonly pulled: boolean
  /** Early copies that may be sent of it, in parts. */
  readonly budget: number
  /** Whether to deliver it and pass it on. */
  readonly wanted: boolean
}
