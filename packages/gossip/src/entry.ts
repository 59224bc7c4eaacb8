import type { PeerId } from '@pigeon/xor'
import type { Content, Priority } from './message.ts'
import type { Neighbour } from './neighbour.ts'

/** Bytes of a key. */
export const KEY_BYTES = 16

/** A message as this peer remembers it. */
export interface Entry {
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
}

/** The key that 16 bytes spell. */
export function keyOf(digest: Uint8Array): string {
  return String.fromCharCode.apply(null, digest as unknown as number[])
}

/** What {@link entryOf} takes beside the content. */
export interface Arrived
  extends Pick<Entry, 'key' | 'digest' | 'id' | 'body' | 'hops' | 'path' | 'at' | 'late'> {
  readonly holders: Neighbour[]
}

/** Remembers a message, without its payload but in the body. */
export function entryOf(content: Content, arrived: Arrived): Entry {
  const { author, epoch, sequence, timestamp, ttl, priority, report } = content
  return { ...arrived, author, epoch, sequence, timestamp, ttl, priority, report }
}
