import type { PeerId } from '@pigeon/xor'
import type { Address } from './address.ts'
import type { Outcome } from './lookup.ts'
import type { Signer } from './options.ts'
import type { DhtRecord } from './record.ts'

/** What is to be written. */
export type Draft =
  | { readonly kind: 'immutable'; readonly value: Uint8Array }
  | {
      readonly kind: 'signed'
      readonly value: Uint8Array
      /** Tells apart the records of one key, at most 64 bytes. Default empty. */
      readonly salt?: Uint8Array
      /** Default: the option `recordSigner`. */
      readonly signer?: Signer
    }
  | { readonly kind: 'public'; readonly name: string; readonly value: Uint8Array }

/** How it is to be written. */
export interface PutOptions {
  /** How long the record lives, ms. Default the option `ttlMs`, at most `maxTtlMs`. */
  readonly ttlMs?: number
  /** Write only if the record of this number stands, 0 for none. Default: whatever stands. */
  readonly expected?: number
  /** The number of a signed record. Default: one more than what stands, which is asked for first. */
  readonly seq?: number
  /** Put it again before it ends, as long as this peer is there. Default true. */
  readonly keep?: boolean
}

/** Where a record is, and how a question got there. */
export interface Explored {
  readonly address: Address
  readonly place: PeerId
  /** From this peer to the one that answered, both included. */
  readonly path: readonly PeerId[]
  /** Replicas that spoke, and whether they hold the record. */
  readonly replicas: readonly {
    readonly id: PeerId
    readonly holds: boolean
    readonly seq: number
  }[]
}

/** What happens on a {@link Dht}. */
export interface DhtEvents {
  /** A record that this peer keeps was overtaken by one that is not its own. */
  overtaken: (event: { readonly mine: DhtRecord; readonly current: DhtRecord }) => void
  /** A neighbour sent what makes no sense, or too much. */
  rejected: (from: PeerId) => void
}

/** Counters since the start, and what is held now. */
export interface DhtStats {
  readonly records: number
  readonly bytes: number
  readonly leases: number
  readonly subscriptions: number
  readonly kept: number
  readonly operations: number
  /** Questions that this peer waits for, or passed on. */
  readonly paths: number
  readonly evicted: number
  readonly rejected: number
  /** Notices that were lost here. */
  readonly dropped: number
  /** Batches that the store did not take. */
  readonly unwritten: number
}

/** Called once with what became of something. */
export type Done<T> = (outcome: Outcome<T>) => void
