import type { Awaitable, Opened, OpenOptions } from '@pigeon/identity'

/** Who writes here: `Keys` or `Identity` of `@pigeon/identity`; the user of one, to stay the same. */
export interface Author {
  /** 32 bytes of Ed25519 public key. */
  readonly key: Uint8Array
  /** 32 bytes of X25519 public key. */
  readonly receivingKey: Uint8Array
  sign(bytes: Uint8Array): Awaitable<Uint8Array>
  open(envelope: Uint8Array, options?: OpenOptions): Promise<Opened>
}

/** Somebody a role is given to: a key card has both keys. */
export interface Member {
  readonly key: Uint8Array
  readonly receivingKey: Uint8Array
}
