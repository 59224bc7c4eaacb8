import type { PeerId } from '@pigeon/xor'

/**
 * Who may join:
 * - `open`: everyone; who has a key proves it and cannot be displaced, who has none is taken at its word
 * - `keyed`: who proves the key of its id; and peers of wire version 1, which have no keys and live
 *   in networks of their own
 * - `proof`: who proves the key of its id; wire version 1 has no proofs and is refused
 * - `token`: who shows a token, which may name its id and networks
 * - `proof+token`: who does both
 */
export type AuthMode = (typeof AUTH_MODES)[number]

/** All {@link AuthMode}s. */
export const AUTH_MODES = ['open', 'keyed', 'proof', 'token', 'proof+token'] as const

/** What a token allows. */
export interface TokenGrant {
  /** The only id it may be used with; any if `undefined`. */
  readonly peerId?: PeerId | undefined
  /** Networks it lets into, or all. */
  readonly networks: readonly string[] | 'all'
  /** When it ends, ms since the Unix epoch; never if `undefined`. */
  readonly expiresAt?: number | undefined
}

/** Checks a token. @returns `undefined` if it is not valid; must not throw */
export type VerifyToken = (token: string) => Promise<TokenGrant | undefined>

/** Whether a token may be used by this id for this network. */
export function allows(grant: TokenGrant, peerId: PeerId, network: string): boolean {
  if (grant.peerId !== undefined && grant.peerId !== peerId) return false
  return grant.networks === 'all' || grant.networks.includes(network)
}

/** Whether an {@link AuthMode} wants proofs. */
export function wantsProof(mode: AuthMode): boolean {
  return mode === 'keyed' || mode === 'proof' || mode === 'proof+token'
}

/** Whether an {@link AuthMode} wants tokens. */
export function wantsToken(mode: AuthMode): boolean {
  return mode === 'token' || mode === 'proof+token'
}

/** Whether an {@link AuthMode} lets in peers of wire version 1 that show nothing. */
export function takesKeyless(mode: AuthMode): boolean {
  return mode === 'open' || mode === 'keyed'
}
