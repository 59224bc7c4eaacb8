import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import type { Neighbour } from './neighbour.ts'
import { fullNodes } from './placement.ts'
import type { Places } from './places.ts'

/** How long nobody may have joined below before leaves are moved, ms. */
const CALM_MS = 2000

/** Between two moves that one node asks for, ms. */
const BETWEEN_MS = 1000

/** Keeps the tree as flat as it can be, one leaf at a time, while nothing else happens. */
export class PullUp {
  /** Leaves asked to move. */
  asked = 0
  readonly #core: Core
  readonly #places: Places
  #estimate = 0
  #changedAt = 0
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(core: Core, places: Places) {
    this.#core = core
    this.#places = places
  }

  /** Looks for a leaf that has a place nearer to the root. */
  beat(): void {
    const core = this.#core
    const now = core.now()
    const { estimate } = this.#places
    if (estimate > this.#estimate) this.#changedAt = now
    this.#estimate = estimate
    if (core.options.placement === 'hash' || !core.isFresh || this.#places.children.size === 0)
      return
    if (now - this.#changedAt < CALM_MS || now - this.#askedAt < BETWEEN_MS) return
    const tallest = this.#tallest()
    const to = tallest && this.#roomAbove(tallest)
    const leaf = tallest?.spareLeaves[0]
    if (to === undefined || leaf === undefined) return
    this.#askedAt = now
    this.asked++
    core.letter(leaf, { kind: 'pull', to })
  }

  #tallest(): Neighbour | undefined {
    let tallest: Neighbour | undefined
    for (const child of this.#places.children.values()) {
      if (child.height > (tallest?.height ?? 0)) tallest = child
    }
    return tallest
  }

  /** A node with room nearer to this one than the farthest leaf of `tallest`. */
  #roomAbove(tallest: Neighbour): PeerId | undefined {
    const core = this.#core
    if (this.#places.free > 0) return core.self
    let least: Neighbour | undefined
    for (const child of this.#places.children.values()) {
      const isSmaller = child.estimate < (least?.estimate ?? Number.POSITIVE_INFINITY)
      if (child !== tallest && isSmaller && (child.status?.room ?? true)) least = child
    }
    const isRoom = least && least.estimate < fullNodes(tallest.height, core.degree)
    return isRoom ? least?.peer : undefined
  }
}
