import type { Node } from '../authority/node.ts'
import type { Data } from './items.ts'
import type { State } from './state.ts'

/** Something that content adds up to: equal for equal sets of accepted entries, in any order of causes first. */
export interface Fold {
  /** Back to nothing, before everything comes again. */
  reset(): void
  /** Takes one accepted entry; what it builds on came before. */
  apply(node: Node, data: Data): void
  /** Writes what it adds up to into a state. */
  save(state: State): void
  /** Goes on from a state; called after {@link Fold.reset}. */
  restore(state: State): void
  /** All that came at once was handed over. */
  settle?(): void
}
