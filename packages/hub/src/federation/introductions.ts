import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** After a hub came within reach its claims are waited for so long, ms. */
const SETTLE_MS = 500

/** Members introduced at once, and how far apart, ms: 500 a second. */
const AT_ONCE = 50
const APART_MS = 100

/** One member of a network. */
export interface Introduced {
  readonly network: string
  readonly id: PeerId
}

/**
 * When hubs meet, members of one should know those of the other: introduces them anew, a few at a time.
 *
 * Invariant: a member waits at most once, however many hubs come.
 */
export class Introductions {
  readonly #clock: Clock
  readonly #members: () => Iterable<Introduced>
  readonly #introduce: (member: Introduced) => void
  readonly #waiting = new Map<string, Introduced>()
  #cancel: (() => void) | undefined
  #isDue = false

  /** @param members all that there are */
  constructor(
    clock: Clock,
    members: () => Iterable<Introduced>,
    introduce: (member: Introduced) => void,
  ) {
    this.#clock = clock
    this.#members = members
    this.#introduce = introduce
  }

  /** A hub came within reach. */
  hubCame(): void {
    this.#isDue = true
    this.#cancel ??= this.#clock.after(SETTLE_MS, () => this.#next())
  }

  close(): void {
    this.#cancel?.()
    this.#waiting.clear()
  }

  #next(): void {
    this.#cancel = undefined
    if (this.#isDue) {
      this.#isDue = false
      for (const member of this.#members()) this.#waiting.set(member.id + member.network, member)
    }
    let left = AT_ONCE
    for (const [key, member] of this.#waiting) {
      if (left-- === 0) break
      this.#waiting.delete(key)
      this.#introduce(member)
    }
    if (this.#waiting.size > 0) this.#cancel = this.#clock.after(APART_MS, () => this.#next())
  }
}
