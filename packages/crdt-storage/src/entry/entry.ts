import type { Statement } from '../authority/statement.ts'
import type { Content } from './content.ts'

/** One signed entry of a space. */
export interface Entry extends Statement {
  /** What it says; data is sealed in a private space. */
  readonly content: Content
  /** Everything behind the names: kind, names, content. As it is in a run. */
  readonly rest: Uint8Array
  /** Its {@link Place}, as it is hashed. */
  readonly place: Uint8Array
  /** How many bytes of `rest` are before the content: bound to what is sealed. */
  readonly headBytes: number
  /** Its body was dropped: `rest` holds the hash of it instead. */
  readonly isStub: boolean
  /** 64 bytes over the id; only the last entry of a run needs one. */
  readonly signature: Uint8Array | undefined
}

/** Where an entry stands in its chain: what a run says once. */
export interface Place {
  /** 32 bytes of Ed25519 public key, as hex. */
  readonly author: string
  /** The id of the grant it acts under, none for the creator's own. */
  readonly via: string | undefined
  readonly seq: number
  readonly prev: string | undefined
}
