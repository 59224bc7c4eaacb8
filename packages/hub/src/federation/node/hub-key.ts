import type { SigningKey } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { bytesFromHex } from '../../hex.ts'

/**
 * A hub's key from its seed.
 * @param seed 64 hex characters, to be kept secret
 * @throws RangeError if it is something else; the error does not say what
 */
export function hubKeyFromSeed(seed: string): SigningKey {
  if (!/^[0-9a-f]{64}$/.test(seed))
    throw new RangeError('the seed of a hub key is 64 hex characters')
  return systemCrypto.signingKey(bytesFromHex(seed)) as SigningKey
}
