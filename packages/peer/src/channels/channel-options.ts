import type { PeerId } from '@pigeon/xor'
import type { StandardSchema } from './standard-schema.ts'

/** Options of a `Channel`. */
export interface ChannelOptions<T> {
  /** Values that do not pass are dropped, counted and told as `dropped`. Default: all pass. */
  schema?: StandardSchema<T>
  /** Values that may wait for one `for await` loop, or for a first listener. Default 256. */
  queueLimit?: number
}

/** A value that came through a channel. */
export interface Received<T> {
  readonly from: PeerId
  readonly value: T
  readonly messageId: string
  /** Links it passed. */
  readonly hops: number
  /** Whether it was meant for this peer alone; else it was published. */
  readonly direct: boolean
}

/** A value that its receiver has. */
export interface Delivered {
  readonly messageId: string
  readonly to: PeerId
  /** Links it passed. */
  readonly hops: number
  /** Time there and back, ms. */
  readonly ms: number
}

/**
 * Why a value that came was dropped: `BUSY`, as many as `queueLimit` wait; `SCHEMA`, it does not
 * pass; `MALFORMED`, it is no value.
 */
export type DropReason = 'BUSY' | 'SCHEMA' | 'MALFORMED'

/** What happens on a `Channel`. */
export interface ChannelEvents<T> {
  value: (received: Received<T>) => void
  dropped: (event: { from: PeerId; reason: DropReason; issues: readonly string[] }) => void
}
