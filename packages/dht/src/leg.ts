import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import type { ReplyFrame } from './frames.ts'
import { Side } from './spot.ts'

/**
 * How ways to one place differ: the first is the shortest; the others begin elsewhere, trust
 * nobody's word about whom it knows, and end at the last peer before or behind the place, of which
 * one is another replica than the closest.
 */
const WAYS = [
  { side: Side.nearest, plain: false },
  { side: Side.below, plain: true },
  { side: Side.above, plain: true },
  { side: Side.nearest, plain: true },
  { side: Side.below, plain: true },
  { side: Side.above, plain: true },
  { side: Side.below, plain: true },
  { side: Side.above, plain: true },
] as const

/** How many ways must bring the same news before it counts, where a get asks so many places. */
export const AGREEING: readonly number[] = [1, 1, 2, WAYS.length]

/** Where several ways are gone on purpose, peers may be silent on purpose: so many ways, so much faster. */
const PATIENCE = 3

/** What a leg asks, and what becomes of it. */
export interface LegOptions {
  readonly place: PeerId
  readonly op: number
  readonly body: Uint8Array
  /** Whether peers on the way may mean harm: more ways, one after the other sooner. */
  readonly isWary?: boolean
  /** Neighbours that ways begin with, shared by those that should differ. */
  readonly avoid: Set<PeerId>
  /** Looks at an answer; may be called after the leg was over. */
  readonly heard: (reply: ReplyFrame, judge: (isEnough: boolean) => void) => void
  /** It is over, once. @param isEnough whether an answer was enough */
  readonly ended: (isEnough: boolean) => void
}

/** Asks one place, on one way after the other until an answer is enough; late answers count. */
export class Leg {
  readonly #core: Core
  readonly #options: LegOptions
  readonly #patience: number
  #ways = 0
  #open = 0
  #isOver = false

  constructor(core: Core, options: LegOptions) {
    this.#core = core
    this.#options = options
    this.#patience = options.isWary === true ? PATIENCE : 1
    this.#next()
  }

  get isOver(): boolean {
    return this.#isOver
  }

  #next(): void {
    const way = WAYS[this.#ways % WAYS.length]
    if (this.#isOver) return
    if (way === undefined || this.#ways >= this.#patience * WAYS.length) {
      if (this.#open === 0) this.#end(false)
      return
    }
    this.#ways++
    this.#open++
    const { place, op, body, avoid, heard } = this.#options
    let isSlow = false
    const cancel = this.#core.after(this.#core.limits.attemptMs / this.#patience, () => {
      isSlow = true
      this.#next()
    })
    const goOn = () => {
      this.#open--
      if (!isSlow || this.#open === 0) this.#next()
    }
    this.#core.router.ask({ place, op, body, ...way, avoid }, (reply) => {
      cancel()
      if (reply === undefined) return goOn()
      heard(reply, (isEnough) => {
        if (isEnough) this.#end(true)
        else goOn()
      })
    })
  }

  #end(isEnough: boolean): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.ended(isEnough)
  }
}
