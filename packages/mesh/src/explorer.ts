import type { Clock } from '@pigeon/transport'

/** The first wait, ms; each further one is twice as long. */
const FIRST_MS = 500

/** The longest wait, ms. */
const MAX_MS = 30_000

/** Looks for peers with room for a link, ever more rarely while nobody has any. */
export class Explorer {
  readonly #clock: Clock
  readonly #look: () => void
  #cancel: (() => void) | undefined
  #waitMs = FIRST_MS

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock
    this.#look = look
  }

  /** There is room for a link, and nobody known for it. */
  want(): void {
    this.#cancel ??= this.#clock.after(this.#waitMs, () => {
      this.#cancel = undefined
      this.#waitMs = Math.min(this.#waitMs * 2, MAX_MS)
      this.#look()
    })
  }

  /** There is no room any more: the next search begins anew. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#waitMs = FIRST_MS
  }
}
