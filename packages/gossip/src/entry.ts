import type { PeerId } from '@pigeon/xor'
import type { Content, Priority } from './message.ts'
import type { Neighbour } from './neighbour.ts'

/** Bytes of a key. */
export const KEY_BYTES = 16

/** What an {@link Entry} is made of beside the content. */
export interface Arrived {
  readonly id: string
  readonly digest: Uint8Array
  readonly key: string
  readonly body: Uint8Array | undefined
  readonly hops: number
  readonly path: readonly PeerId[] | undefined
  readonly at: number
  readonly late: boolean
}

/** A message as this peer remembers it: without its payload but in the body. */
export class Entry {
  /** {@link digest} as text, one character a byte: what makes two messages the same. */
  readonly key: string
  /** The first 16 bytes of the hash of proof and content. */
  readonly digest: Uint8Array
  /** As `messageId`. */
  readonly id: string
  readonly author: PeerId
  readonly epoch: number
  readonly sequence: number
  readonly timestamp: number
  /** Hops its author allowed. */
  readonly ttl: number
  readonly priority: Priority
  readonly report: boolean
  /** Proof and content, until it is too old to be asked for. */
  body: Uint8Array | undefined
  /** Links it passed to come here, on the shortest way known. */
  hops: number
  readonly path: readonly PeerId[] | undefined
  /** When it came, by the clock. */
  readonly at: number
  /** It came long after it was sent, so others may lack it too: announced to all, pushed to none. */
  readonly late: boolean
  /** Neighbours that are known to have it. */
  readonly holders: Neighbour[]

  constructor(content: Content, arrived: Arrived, holders: Neighbour[]) {
    this.key = arrived.key
    this.digest = arrived.digest
    this.id = arrived.id
    this.author = content.author
    this.epoch = content.epoch
    this.sequence = content.sequence
    this.timestamp = content.timestamp
    this.ttl = content.ttl
    this.priority = content.priority
    this.report = content.report
    this.body = arrived.body
    this.hops = arrived.hops
    this.path = arrived.path
    this.at = arrived.at
    this.late = arrived.late
    this.holders = holders
  }
}

/** The key that 16 bytes spell. */
export function keyOf(digest: Uint8Array): string {
  return String.fromCharCode.apply(null, digest as unknown as number[])
}
