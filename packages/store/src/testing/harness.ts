import type { StoreLimits } from '../limits.ts'
import type { Store } from '../store.ts'

/** Where a case runs: a fresh store, and what can happen to it. */
export interface StoreHarness {
  /** Opens the store: empty at first, later as it was left. A case leaves none open. */
  open(limits?: Partial<StoreLimits>): Promise<Store>
  /** The next batch fails in its middle, after its first operation. For the ability `fail`. */
  failNextBatch?(): Promise<void>
  /** The store gets no room for more than so many bytes; `undefined`: it does again. For `fill`. */
  limitRoom?(bytes: number | undefined): Promise<void>
}

/**
 * What not every store can do:
 * - `reopen`: what is stored is there when it is opened again
 * - `share`: it may be open several times at once, as in tabs
 * - `lock`: it is `LOCKED` while it is open
 * - `fail`, `fill`: the harness can make it fail, or full
 */
export type StoreAbility = 'reopen' | 'share' | 'lock' | 'fail' | 'fill'

/** One thing a store must do. */
export interface StoreCase {
  readonly name: string
  /** Only for stores that can do this. */
  readonly needs?: StoreAbility
  /** Rejects with what the store did instead. */
  run(harness: StoreHarness): Promise<void>
}
