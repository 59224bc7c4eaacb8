import type { PeerId } from '@pigeon/xor'
import type { VolunteerError } from './errors.ts'
import type { Outcome } from './failure.ts'
import type { Offer } from './frames.ts'
import type { Neighbour } from './neighbour.ts'
import type { Share } from './share.ts'

/** A job of this node, as seen by what serves its neighbours. */
export interface OwnJob {
  readonly offer: Offer
  readonly code: Uint8Array
  readonly share: Share
  /** Of the last announcement. */
  seq: number
  want(neighbour: Neighbour, limit: number): void
  gone(neighbour: Neighbour): void
  /** @returns whether it was waited for. @param from undefined: this node itself */
  outcome(from: Neighbour | undefined, worker: PeerId, attempt: number, outcome: Outcome): boolean
  /** This node computes no more for it. */
  rest(): void
  /** It ends without its results. */
  fail(error: VolunteerError): void
}
