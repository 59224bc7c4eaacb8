import type { Clock, Random, Transport } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Neighbourhood } from './neighbourhood.ts'

/** Options of a `Router`. */
export interface RouterOptions {
  transport: Transport
  clock: Clock
  random: Random
  /** What the neighbours say of their links. */
  neighbourhood: Neighbourhood
  /** The neighbour that told of a peer: tried where nobody is closer. Default: none. */
  teller?: (peer: PeerId) => PeerId | undefined
  /** Links a request may pass, 1 to 255. Default 128. */
  hopLimit?: number
  /** Dead ends a request may turn back from. Default 8. */
  backtracks?: number
  /** How long a hop remembers a request and its origin waits for the answer, ms. Default 10,000. */
  timeoutMs?: number
  /** Requests of others remembered in all; beyond, new ones are turned back. Default 4,096. */
  maxRequests?: number
  /** Of those, from one neighbour. Default 256. */
  maxRequestsPerLink?: number
  /** Bytes of the payloads of those, kept in case they have to turn. Default 8 MiB. */
  maxRequestBytes?: number
}

/** A routed message that ended here. */
export interface Routed {
  /** Who sent it; a claim of the neighbour that brought it. */
  readonly from: PeerId
  readonly payload: Uint8Array
  readonly hops: number
  /** The way back to the sender, itself last, if it was recorded. */
  readonly wayBack: readonly PeerId[] | undefined
}

/** How to send. */
export interface Routing {
  /** Peers to pass first, one after the other; from the last one on the ring leads. */
  way?: readonly PeerId[] | undefined
  /** Whether the receiver learns the way back. */
  record?: boolean
  /** Whether it may go by peers that are not closer to the target, where nobody is. Default false. */
  wide?: boolean
  /** Dead ends it may turn back from. Default: the router's. */
  backtracks?: number
}

/** What happens on a `Router`. */
export interface RouterEvents {
  /** A neighbour takes frames again. */
  drain: () => void
  /** The tunnel to a peer leads nowhere any more. */
  cut: (peer: PeerId) => void
}
