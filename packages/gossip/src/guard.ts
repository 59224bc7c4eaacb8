import type { Clock } from '@pigeon/transport'
import type { Neighbour } from './neighbour.ts'

/** A score heals by this much a second, up to 0. */
const HEALING = 1

/** Below this a neighbour is shunned. */
const LOWEST_SCORE = -100

/** What each fault costs. */
const COST = { malformed: 20, forged: 20, invalid: 20, flood: 1, broken: 10 } as const

/** What a neighbour can do wrong. */
export type Fault = keyof typeof COST

/** Keeps the score of neighbours: who sends rubbish or breaks its word is not listened to for a while. */
export class Guard {
  readonly #clock: Clock
  readonly #shun: (link: Neighbour) => void

  constructor(clock: Clock, shun: (link: Neighbour) => void) {
    this.#clock = clock
    this.#shun = shun
  }

  blame(link: Neighbour, fault: Fault): void {
    const now = this.#clock.now()
    const healed = ((now - link.scoreAt) / 1000) * HEALING
    link.score = Math.min(0, link.score + healed) - COST[fault]
    link.scoreAt = now
    if (link.score < LOWEST_SCORE) this.#shun(link)
  }

  /** Whether a frame is within what a neighbour may send. */
  admits(link: Neighbour, bytes: number): boolean {
    const now = this.#clock.now()
    if (link.frames.take(1, now) && link.bytes.take(bytes, now)) return true
    this.blame(link, 'flood')
    return false
  }
}
