import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import type { Neighbour } from './neighbour.ts'
import { Slot } from './slot.ts'

/** The children of a node, and who is about to be one. */
export class Places {
  /** In the order in which they came. */
  readonly children: Map<PeerId, Neighbour> = new Map()
  readonly #core: Core
  #slots: Slot[] = []

  constructor(core: Core) {
    this.#core = core
  }

  /** Those in use, and others. */
  get slots(): readonly Slot[] {
    return this.#slots
  }

  /** Places that nobody has or is about to have. */
  get free(): number {
    const used = this.#slots.reduce((count, slot) => count + (slot.isFree ? 0 : 1), 0)
    return Math.max(0, this.#core.degree - used)
  }

  /** Whether nobody is below, nor about to be. */
  get isEmpty(): boolean {
    return this.#slots.every(({ child, candidate }) => !child && !candidate)
  }

  /** A free place; `undefined` if there is none. */
  take(): Slot | undefined {
    for (let number = 0; number < this.#core.degree; number++) {
      const slot = this.#slots[number]
      if (slot === undefined) {
        const added = new Slot(number)
        this.#slots[number] = added
        return added
      }
      if (slot.isFree) return slot
    }
    return undefined
  }

  /** Whether that node is about to be a child. */
  isCandidate(node: PeerId): boolean {
    return this.#slots.some(({ candidate }) => candidate?.join.origin === node)
  }

  slotOf(child: Neighbour): Slot | undefined {
    return this.#slots.find((slot) => slot.child === child)
  }

  /** Nodes below, those on their way included. */
  get estimate(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.estimate, 0)
  }
}
