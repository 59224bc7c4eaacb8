import type { FailureReason } from '../failure.ts'

/** A task that was put aside. */
export interface DeadLetter<I = unknown> {
  /** Of its input, from 0. */
  readonly index: number
  readonly input: I
  readonly reason: FailureReason
  /** In the words of who tried last. */
  readonly text: string
  /** How often it failed, and how often it was lost; a loss is shared by all that were lost with it. */
  readonly tries: number
  readonly losses: number
}

/** What came of one input. */
export type Entry<I, O> =
  | { readonly index: number; readonly value: O }
  | { readonly index: number; readonly dead: DeadLetter<I> }
