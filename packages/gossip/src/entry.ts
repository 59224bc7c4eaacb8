import type { PeerId } from '@pigeon/xor'
import type { Log } from './author.ts'
import type { Content } from './message.ts'
import type { Neighbour } from './neighbour.ts'

/** Bytes of a key. */
export const KEY_BYTES = 16

/** What an {@link Entry} is made of beside the content. */
export interface Arrived {
  readonly key: string
  readonly body: Uint8Array | undefined
  readonly hops: number
  readonly path: readonly PeerId[] | undefined
  readonly at: number
  readonly late: boolean
}

/** A message as this peer remembers it: without its payload but in the body. */
export class Entry {
  /** What makes two messages the same: the first 16 bytes of their hash, one character a byte. */
  readonly key: string
  /** The messages of its author and epoch. */
  readonly log: Log
  readonly sequence: number
  readonly timestamp: number
  /** Hops its author allowed. */
  readonly ttl: number
  /** 1 for one that goes first where a link is congested, -1 for one that goes last, else 0. */
  readonly urgency: number
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
  /** Another message bears the same number. */
  hasTwin = false

  constructor(content: Content, log: Log, arrived: Arrived, holders: Neighbour[]) {
    this.key = arrived.key
    this.log = log
    this.sequence = content.sequence
    this.timestamp = content.timestamp
    this.ttl = content.ttl
    this.urgency = content.priority === 'high' ? 1 : content.priority === 'low' ? -1 : 0
    this.report = content.report
    this.body = arrived.body
    this.hops = arrived.hops
    this.path = arrived.path
    this.at = arrived.at
    this.late = arrived.late
    this.holders = holders
  }

  /** Whether it may go over one link more. */
  get mayGoOn(): boolean {
    return this.body !== undefined && this.hops < this.ttl
  }
}

/** The bytes as text, one character a byte. */
export function textOf(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[])
}

/** The key of a hash. */
export function keyOf(hash: Uint8Array): string {
  return textOf(hash.subarray(0, KEY_BYTES))
}
