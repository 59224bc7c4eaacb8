import type { PeerId } from '@pigeon/xor'
import type { Consumer, Task } from '../lending.ts'

/** A result that one worker gave. */
export interface Vote {
  readonly worker: PeerId
  readonly payload: Uint8Array
  readonly value: unknown
}

/** A copy of an input that is lent, or waits to be. */
export interface Copy {
  readonly task: Task
  /** When somebody got it last, ms. */
  lentAt: number | undefined
}

/** One input until there is a result. */
export interface Item<I> {
  readonly index: number
  readonly input: I
  readonly payload: Uint8Array
  /** Workers that must agree. */
  readonly agreeing: number
  readonly copies: Map<number, Copy>
  readonly votes: Vote[]
  /** Workers that failed at it. */
  readonly failedAt: PeerId[]
  /** Those that did not answer in time. */
  readonly silent: Set<Consumer>
  tries: number
  losses: number
}
