import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import type { ReplyFrame } from './frames.ts'

/**
 * Ways to one place before they begin anew. The first is the shortest; the others are plain: each
 * begins with another neighbour, trusts nobody's word about whom it knows, and ends, where any
 * replica will do, at the first one it comes to, so that none leads past peers that all others lead past.
 */
const WAYS = 8

/** How many ways must bring the same news before it counts, where a get asks so many places. */
export const AGREEING: readonly number[] = [1, 1, 2, WAYS]

/** Where several ways are gone on purpose, peers may be silent on purpose: so many ways, so much faster. */
const PATIENCE = 3

/** What a leg asks, and what becomes of it. */
export interface LegOptions {
  readonly place: PeerId
  readonly op: number
  readonly body: Uint8Array
  /** Whether peers on the way may mean harm: more ways, one after the other sooner. */
  readonly isWary?: boolean
  /** Whether only the closest peer may answer: it decides which of two that expect the same comes first. */
  readonly isDecisive?: boolean
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
    if (this.#isOver) return
    if (this.#ways >= this.#patience * WAYS) {
      if (this.#open === 0) this.#end(false)
      return
    }
    const plain = this.#ways % WAYS > 0
    this.#ways++
    this.#open++
    const { place, op, body, avoid, heard, isDecisive = false } = this.#options
    let isSlow = false
    const cancel = this.#core.after(this.#core.limits.attemptMs / this.#patience, () => {
      isSlow = true
      this.#next()
    })
    const goOn = () => {
      this.#open--
      if (!isSlow || this.#open === 0) this.#next()
    }
    this.#core.router.ask({ place, op, body, plain, any: plain && !isDecisive, avoid }, (reply) => {
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
