import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** The first two connections to a peer may take this long, each further one twice as long, ms. */
const FIRST_MS = 4000

/** How long connections that this side dialled may take. */
export class DialPatience {
  readonly #clock: Clock
  /** Ends the wait for each; as many as there are dials under way. */
  readonly #cancels = new Map<PeerId, () => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Begins to wait for a connection.
   * @param failures how many came to nothing before
   * @param over runs if it takes too long
   */
  begin(peer: PeerId, failures: number, over: () => void): void {
    this.end(peer)
    const cancel = this.#clock.after(FIRST_MS * 2 ** Math.max(0, failures - 1), () => {
      this.#cancels.delete(peer)
      over()
    })
    this.#cancels.set(peer, cancel)
  }

  /** The connection is there, or failed. */
  end(peer: PeerId): void {
    this.#cancels.get(peer)?.()
    this.#cancels.delete(peer)
  }

  close(): void {
    for (const cancel of this.#cancels.values()) cancel()
    this.#cancels.clear()
  }
}
