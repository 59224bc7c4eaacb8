import type { Span } from './span.ts'
import type { StoreEntry } from './store.ts'

/** One step of a batch; `undefined` deletes. Keys and values belong to the engine. */
export interface EngineOperation {
  readonly key: Uint8Array
  readonly value: Uint8Array | undefined
}

/** A piece of a range. */
export interface EnginePage {
  readonly entries: readonly StoreEntry[]
  /** Whether there may be entries behind the last; then there is at least one. */
  readonly more: boolean
}

/**
 * What an adapter does below {@link createStore}, which checks and copies everything that comes
 * in, keeps the limits, and calls nothing once it has closed.
 *
 * Every failure is a {@link StoreError}. Keys have one byte or more.
 */
export interface StoreEngine {
  /** A copy of the value, if there is one. */
  get(key: Uint8Array): Promise<Uint8Array | undefined>
  /**
   * The first entries of a span that is not empty, in its order; copies.
   * @param entries at most so many, 1 or more
   * @param bytes stop once keys and values exceed this, as far as that can be known in time
   */
  page(span: Span, entries: number, bytes: number): Promise<EnginePage>
  /** All or nothing, in the order of the calls. Never empty. */
  batch(operations: readonly EngineOperation[], durable: boolean): Promise<void>
  /** Called once, when all else has ended. */
  close(): Promise<void>
}
