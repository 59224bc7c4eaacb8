import type { CloseReason } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { PeerRefusal } from '../events.ts'

/** Peers whose last failure is remembered. */
const MAX_FAILURES = 64

/** Why there is no link to a peer. */
export interface Failure {
  readonly peerId: PeerId
  readonly reason: CloseReason
  readonly refusal: PeerRefusal | undefined
}

/** The last failure of each peer that is not linked. */
export class Failures {
  readonly #byPeer = new Map<PeerId, Failure>()

  failed({ peerId, reason, refusal }: Failure): void {
    this.#byPeer.delete(peerId)
    this.#byPeer.set(peerId, { peerId, reason, refusal })
    const [oldest] = this.#byPeer.keys()
    if (this.#byPeer.size > MAX_FAILURES && oldest !== undefined) this.#byPeer.delete(oldest)
  }

  connected(peerId: PeerId): void {
    this.#byPeer.delete(peerId)
  }

  get all(): readonly Failure[] {
    return [...this.#byPeer.values()]
  }
}
