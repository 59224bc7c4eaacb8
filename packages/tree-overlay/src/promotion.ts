import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import type { Places } from './places.ts'

/** How long a leaf that was ordered waits for the first orphan, ms. */
const ORDER_MS = 3500

/** How long an heir answers for the dead one, ms. */
const HEIR_MS = 30_000

/** How long the children of the dead one may take to ask, ms. */
const NEW_MS = 300

/** How long a leaf that went for one place takes no other, ms. */
const TAKING_MS = 5000

/** Dead nodes that one may be the heir of. */
const HEIR_LIMIT = 8

/** The order to take a dead node's place. */
interface Order {
  readonly owner: PeerId
  readonly dead: PeerId
  readonly generation: number
}

/** What {@link Promotion} needs of the other parts. */
export interface PromotionWorld {
  /** Leaves the present place, and asks `owner` for the dead one's. */
  take(owner: PeerId, dead: PeerId, generation: number): void
  /** Whether that node was the parent, and is gone. */
  isOrphanOf(dead: PeerId): boolean
}

/**
 * A leaf that is to take a dead node's place. It goes when the first orphan confirms the death by
 * coming to it, or if it is one itself; until then it stays where it is.
 */
export class Promotion {
  readonly #core: Core
  readonly #places: Places
  readonly #world: PromotionWorld
  #order: Order | undefined
  /** By the dead. */
  readonly #heirs = new Map<PeerId, { readonly generation: number; readonly at: number }>()

  constructor(core: Core, places: Places, world: PromotionWorld) {
    this.#core = core
    this.#places = places
    this.#world = world
  }

  /** Takes an order. */
  ordered(owner: PeerId, dead: PeerId, generation: number, kin: readonly PeerId[]): void {
    const core = this.#core
    const { degree, isRoot, path } = core
    const willing =
      !isRoot &&
      degree > 0 &&
      this.#order === undefined &&
      this.#places.isEmpty &&
      path.includes(dead) &&
      !this.#heirs.has(dead) &&
      !this.#isTaking
    core.letter(owner, { kind: 'pending', dead, generation, willing })
    if (!willing) return
    this.#order = { owner, dead, generation }
    core.timers.set('order', ORDER_MS, () => {
      this.#order = undefined
    })
    for (const orphan of kin) {
      if (orphan === core.self) continue
      core.letter(orphan, { kind: 'move', dead, generation, to: core.self })
    }
    if (this.#world.isOrphanOf(dead)) this.#go()
  }

  /** The parent is gone: if that is the one whose place was ordered, it is confirmed. */
  parentLost(parent: PeerId): boolean {
    if (this.#order?.dead !== parent) return false
    this.#go()
    return true
  }

  /** A child of `dead` comes, or one below asks. @returns whether this node stands in for it */
  confirmed(dead: PeerId, generation?: number): boolean {
    if (this.#order?.dead === dead) {
      if (generation !== undefined && generation !== this.#order.generation) return false
      this.#go()
    }
    const held = this.#heirs.get(dead)
    return held !== undefined && (generation === undefined || generation === held.generation)
  }

  /** The generation of the place it took from `dead`. */
  generationOf(dead: PeerId): number | undefined {
    return this.#heirs.get(dead)?.generation
  }

  /** Whether it took that place just now, so that not all who live have come yet. */
  isNew(dead: PeerId): boolean {
    const held = this.#heirs.get(dead)
    return held !== undefined && this.#core.now() - held.at < NEW_MS
  }

  /** Those who come to a node with two places to fill would find no room. */
  get #isTaking(): boolean {
    const now = this.#core.now()
    return [...this.#heirs.values()].some(({ at }) => now - at < TAKING_MS)
  }

  #go(): void {
    const { owner, dead, generation } = this.#order as Order
    this.#order = undefined
    this.#core.timers.stop('order')
    this.#heirs.set(dead, { generation, at: this.#core.now() })
    if (this.#heirs.size > HEIR_LIMIT) {
      const [oldest] = this.#heirs.keys()
      this.#heirs.delete(oldest as PeerId)
    }
    this.#core.timers.set(`heir ${dead}`, HEIR_MS, () => this.#heirs.delete(dead))
    this.#world.take(owner, dead, generation)
  }
}
