import type { Clock } from '@pigeon/transport'

/** How long a peer waits to be dialled before those who may dial it are told of it again, ms. */
export const V1_WAIT_MS = 3000

/**
 * Peers of version 1 that joined a moment ago: only larger ids dial, and one that overheard a name
 * never would. Each is looked at once, {@link V1_WAIT_MS} after it joined.
 */
export class Waiting<M> {
  readonly #clock: Clock
  readonly #look: (member: M) => void
  /** The one that joined first comes first. */
  readonly #since = new Map<M, number>()
  #cancel: (() => void) | undefined

  constructor(clock: Clock, look: (member: M) => void) {
    this.#clock = clock
    this.#look = look
  }

  add(member: M): void {
    this.#since.delete(member)
    this.#since.set(member, this.#clock.now())
    this.#arm()
  }

  delete(member: M): void {
    this.#since.delete(member)
    if (this.#since.size > 0) return
    this.#cancel?.()
    this.#cancel = undefined
  }

  #arm(): void {
    const [first] = this.#since.values()
    if (this.#cancel !== undefined || first === undefined) return
    const ms = Math.max(0, first + V1_WAIT_MS - this.#clock.now())
    this.#cancel = this.#clock.after(ms, () => {
      this.#cancel = undefined
      const now = this.#clock.now()
      for (const [member, since] of this.#since) {
        if (since + V1_WAIT_MS > now) break
        this.#since.delete(member)
        this.#look(member)
      }
      this.#arm()
    })
  }
}
