import type { Verify } from '@pigeon/identity'
import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { AUTH_MODES, type AuthMode, type VerifyToken, wantsProof, wantsToken } from './auth.ts'
import type { HubLimits } from './limits.ts'

/** Options of `Hub`: all limits, and the world it lives in. */
export interface HubOptions extends Partial<HubLimits> {
  clock: Clock
  random: Random
  /** An id to be known by, told in WELCOME. Default: none. */
  hubId?: PeerId | undefined
  /** Who may join. Default `open`. */
  auth?: AuthMode | undefined
  /** Checks signatures; without it keys that clients show are not looked at. `systemCrypto.verify` is one. */
  verify?: Verify | undefined
  /** Checks tokens. */
  verifyToken?: VerifyToken | undefined
}

/** @throws RangeError if a mode is unknown or lacks what it needs */
export function resolveAuth({ auth = 'open', verify, verifyToken }: HubOptions): AuthMode {
  if (!AUTH_MODES.includes(auth)) {
    throw new RangeError(`auth is one of ${AUTH_MODES.join(', ')}, got ${JSON.stringify(auth)}`)
  }
  if (wantsProof(auth) && verify === undefined) {
    throw new RangeError(`auth '${auth}' needs verify, to check signatures`)
  }
  if (wantsToken(auth) && verifyToken === undefined) {
    throw new RangeError(`auth '${auth}' needs verifyToken, to check tokens`)
  }
  return auth
}
