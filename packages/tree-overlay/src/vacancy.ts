import type { PeerId } from '@pigeon/xor'

/** The place of a dead child, and what is done to fill it. */
export interface Vacancy {
  readonly dead: PeerId
  /** Of whoever takes the place: one more than the dead one's. */
  readonly generation: number
  /** The dead one's children, as far as they are known. */
  readonly kin: Set<PeerId>
  /** Leaves that may take it, best first. */
  readonly spares: PeerId[]
  /** Those that were asked already. */
  readonly asked: Set<PeerId>
  /** The leaf that was asked last. */
  leaf: PeerId | undefined
  /**
   * - `open`: nobody was found yet
   * - `asked`: a leaf was asked
   * - `pending`: it is at it
   * - `filled`: it came
   * - `over`: nothing more is done, and the place is free
   */
  state: 'open' | 'asked' | 'pending' | 'filled' | 'over'
}
