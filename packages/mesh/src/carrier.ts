import type { PeerId } from '@pigeon/xor'
import { encodeMessage, type MeshMessage } from './messages.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import type { Router } from './router.ts'
import type { Signaling } from './signaling.ts'

/** The part of a mesh that a routed message about links is for. */
export const LINK_SERVICE = 0

/** What a {@link Carrier} goes by. */
export interface Ways {
  readonly signaling: Signaling
  readonly router: Router
  readonly neighbourhood: Neighbourhood
}

/**
 * Brings messages about links to peers that are not linked yet: over the mesh where a neighbour is
 * linked with them, else through the hub, and by any way if there is no hub.
 */
export class Carrier {
  readonly #ways: Ways
  readonly #lost: (to: PeerId) => void

  /** @param lost is told whom nothing can be brought to */
  constructor(ways: Ways, lost: (to: PeerId) => void) {
    this.#ways = ways
    this.#lost = lost
  }

  send(to: PeerId, message: MeshMessage): void {
    const bytes = encodeMessage(message)
    const lost = () => this.#lost(to)
    if (this.#ways.neighbourhood.knows(to)) {
      this.#route(to, bytes, () => this.#throughHub(to, bytes, lost))
    } else {
      this.#throughHub(to, bytes, () => this.#route(to, bytes, lost))
    }
  }

  #route(to: PeerId, bytes: Uint8Array, otherwise: () => void): void {
    const sent = this.#ways.router.send(to, LINK_SERVICE, bytes, ({ ok }) => {
      if (!ok) otherwise()
    })
    if (sent !== 'sent') otherwise()
  }

  #throughHub(to: PeerId, bytes: Uint8Array, otherwise: () => void): void {
    if (this.#ways.signaling.send(to, bytes) === 'gone') otherwise()
  }
}
