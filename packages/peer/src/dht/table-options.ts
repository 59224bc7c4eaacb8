import type { DhtRecord, Limits, Signer } from '@pigeon/dht'
import type { Store } from '@pigeon/store'
import type { Value } from '../channels/value.ts'

/** Options of {@link openDht}, and all limits of `@pigeon/dht`. */
export interface DhtTableOptions extends Partial<Limits> {
  /** Where records are kept over a restart, such as `openIdbStore` makes. Closed by who made it. Default: nowhere. */
  store?: Store
  /** Who signs records. Default: the user of the mesh's identity, or else this instance. */
  signer?: Signer
}

/** Whose records are meant. */
export interface Whose {
  /** The 32 bytes of a key; `anybody`: a name that anybody may write. Default: one's own. */
  readonly owner?: Uint8Array | 'anybody'
}

/** Ends what takes time. */
export interface Abortable {
  readonly signal?: AbortSignal
}

/** How something is written. */
export interface WriteOptions extends Abortable {
  /** Whether anybody may write under this name; else only the signer. Default false. */
  readonly anybody?: boolean
  /** How long it lives, ms. Default one hour, at most one day. */
  readonly ttlMs?: number
  /** Write only if the entry of this number stands, 0 for none. */
  readonly expected?: number
  /** Put it again before it ends, while this peer is there. Default true. */
  readonly keep?: boolean
}

/** A value of the table. */
export interface TableEntry {
  readonly value: Value
  /** Its number: what `expected` is compared with. */
  readonly seq: number
  /** When it ends, unless it is put again. */
  readonly expiresAt: Date
}

/** What happens on a {@link DhtTable}. */
export interface DhtTableEvents {
  /** A record that this peer keeps was overtaken by one that is not its own. */
  overtaken: (event: { readonly mine: DhtRecord; readonly current: DhtRecord }) => void
}
