import { Identity, type KeyStore } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { assertPeerId, type PeerId, randomPeerId } from '@pigeon/xor'

/**
 * Who a peer is:
 * - `ephemeral`: fresh keys, and the id they prove
 * - a store, such as `IndexedDbKeyStore` or `FileKeyStore` of `@pigeon/identity`: fresh keys as well,
 *   and a user who stays the same vouches for them
 * - an `Identity` made before, for one running peer
 * - `unverified`: an id that proves nothing, by default at random; others refuse it unless they
 *   `allowUnverified`
 */
export type IdentityOption =
  | 'ephemeral'
  | { readonly store: KeyStore }
  | Identity
  | { readonly unverified: true; readonly peerId?: string }

/** Who this peer is: what it is called, and the keys it speaks with. */
export interface Self {
  readonly id: PeerId
  readonly identity: Identity
  /** Whether the id is that of the keys. */
  readonly verified: boolean
}

/** The options that say who a peer is. */
interface SelfOptions {
  readonly identity?: IdentityOption | undefined
  readonly peerId?: string | undefined
}

/** Whether somebody may be linked with whose id is not of a key, if the options do not say. */
export function isUnverified({ identity, peerId }: SelfOptions): boolean {
  return (
    peerId !== undefined ||
    (typeof identity === 'object' && identity !== null && 'unverified' in identity)
  )
}

/**
 * Makes the keys.
 * @throws TypeError or RangeError that says which option is wrong; IdentityError if a store fails
 */
export async function createSelf(options: SelfOptions): Promise<Self> {
  const { identity = 'ephemeral', peerId } = options
  const world = { crypto: systemCrypto, random: systemRandom, clock: systemClock }
  if (peerId !== undefined && options.identity !== undefined) {
    throw new TypeError('peerId is of an unverified peer: give it in identity, or alone')
  }
  if (peerId !== undefined) return named(peerId, await Identity.create(world))
  if (identity instanceof Identity) return proven(identity)
  if (identity === 'ephemeral') return proven(await Identity.create(world))
  if (typeof identity !== 'object' || identity === null) throw wrongIdentity()
  if ('store' in identity) {
    return proven(await Identity.create({ ...world, persistent: identity.store }))
  }
  if (identity.unverified === true) {
    return named(identity.peerId ?? randomPeerId(systemRandom), await Identity.create(world))
  }
  throw wrongIdentity()
}

function wrongIdentity(): TypeError {
  return new TypeError(
    "identity is 'ephemeral', { store }, an Identity, or { unverified: true }, with a peerId or without",
  )
}

function proven(identity: Identity): Self {
  return { id: identity.id, identity, verified: true }
}

function named(peerId: string, identity: Identity): Self {
  const id = assertPeerId(peerId)
  return { id, identity, verified: id === identity.id }
}
