import type { SpaceOptions } from '@pigeon/crdt-storage'
import { Keys } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { Store } from '@pigeon/store'
import { systemClock, systemRandom } from '@pigeon/transport/system'

/** Options of one author who is the same in every process. */
export async function sameAuthor(store: Store): Promise<SpaceOptions> {
  const secret = new Uint8Array(64).fill(5)
  return {
    author: await Keys.fromSecret(systemCrypto, secret),
    crypto: systemCrypto,
    clock: systemClock,
    random: systemRandom,
    store,
  }
}
