import { type Spot, upward } from './spot.ts'

/** A peer, and how it is known. */
export interface Known {
  readonly spot: Spot
  /** Links to it. */
  readonly depth: number
  readonly settled: boolean
}

/** Ids on either side of a peer that it knows. */
const RING_SPAN = 4

/** Steps up from one id to another; of ids that share what a double holds, the order decides. */
export function steps(from: Spot, to: Spot): number {
  return upward(from.at, to.at) || (to.id > from.id ? 0 : Number.MAX_SAFE_INTEGER)
}

/** The nearest few of many, each once, with the fewest links to it. */
export class Nearest {
  readonly list: Known[] = []
  readonly #steps: (of: Spot) => number

  constructor(stepsTo: (of: Spot) => number) {
    this.#steps = stepsTo
  }

  add(known: Known): void {
    const { list } = this
    const { id } = known.spot
    const distance = this.#steps(known.spot)
    const last = list[RING_SPAN - 1]
    if (last !== undefined && this.#steps(last.spot) < distance) return
    const same = list.findIndex(({ spot }) => spot.id === id)
    if (same >= 0) {
      if ((list[same] as Known).depth > known.depth) list[same] = known
      return
    }
    let at = list.length
    while (at > 0 && this.#steps((list[at - 1] as Known).spot) > distance) at--
    list.splice(at, 0, known)
    if (list.length > RING_SPAN) list.pop()
  }
}
