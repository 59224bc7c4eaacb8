import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import type { Summary } from './events.ts'
import type { Places } from './places.ts'
import { encodeStatus, MAX_SPARES, type Status } from './status.ts'

/** Adds up what the children say of all below. */
export class RollUp {
  readonly #core: Core
  readonly #places: Places
  #told: Summary = { nodes: 1, leaves: 1, height: 0 }

  constructor(core: Core, places: Places) {
    this.#core = core
    this.#places = places
  }

  get summary(): Summary {
    let [nodes, leaves, height] = [1, 0, 0]
    for (const { status } of this.#places.children.values()) {
      nodes += status?.nodes ?? 1
      leaves += status?.leaves ?? 1
      height = Math.max(height, 1 + (status?.height ?? 0))
    }
    return { nodes, leaves: Math.max(1, leaves), height }
  }

  /** Leaves below, the farthest first, from different children if possible. */
  spares(): PeerId[] {
    const children = [...this.#places.children.values()].sort((a, b) => b.height - a.height)
    const first = children.flatMap((child) =>
      child.isLeaf ? [child.peer] : child.spareLeaves.slice(0, 1),
    )
    const others = children.flatMap((child) => child.spareLeaves.slice(1))
    return [...first, ...others].slice(0, MAX_SPARES)
  }

  status(): Status {
    const { children, slots, free } = this.#places
    return {
      ...this.summary,
      room: free > 0 || slots.some((slot) => slot.leads),
      estimate: 1 + this.#places.estimate,
      seen: this.#core.seen,
      spares: this.spares(),
      kin: [...children.keys()],
    }
  }

  /** Tells the parent. */
  report(): void {
    this.#core.parent?.sendFrame(encodeStatus(this.status()))
  }

  /** Tells the application, if something changed. */
  announce(): void {
    const { summary } = this
    const { nodes, leaves, height } = this.#told
    if (summary.nodes === nodes && summary.leaves === leaves && summary.height === height) return
    this.#told = summary
    this.#core.events.emit('summary', summary)
  }
}
