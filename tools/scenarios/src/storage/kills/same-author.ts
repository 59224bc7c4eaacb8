import type { SpaceOptions } from '@pigeon/crdt-storage'
import { Keys } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { Store } from '@pigeon/store'
import { systemClock, systemRandom } from '@pigeon/transport/system'

/** Keys that are the same in every process and page. */
export function sameAuthorKeys(): Promise<Keys> {
  return Keys.fromSecret(systemCrypto, new Uint8Array(64).fill(5))
}

/** Options of one author who is the same in every process and page. */
export async function sameAuthor(store: Store): Promise<SpaceOptions> {
  return {
    author: await sameAuthorKeys(),
    crypto: systemCrypto,
    clock: systemClock,
    random: systemRandom,
    store,
  }
}
