import { joinBytes } from './bytes.ts'
import { checkKey } from './check-key.ts'
import type { EngineOperation } from './engine.ts'
import { OPERATION_BYTES, type StoreLimits } from './limits.ts'
import type { BatchOperation } from './store.ts'
import { StoreError } from './store-error.ts'

/** A batch that a store takes: copies, and what they count towards the limits. */
export interface CheckedBatch {
  readonly operations: readonly EngineOperation[]
  readonly bytes: number
}

/**
 * Copies a batch, checking each step before it is copied.
 * @param prefix is put before every key
 * @throws TypeError or RangeError if a step is none, StoreError `TOO_LARGE` if it exceeds a limit
 */
export function checkBatch(
  given: readonly BatchOperation[],
  prefix: Uint8Array,
  limits: StoreLimits,
): CheckedBatch {
  const { maxBatchBytes } = limits
  const maxKeyBytes = limits.maxKeyBytes - prefix.length
  const operations: EngineOperation[] = []
  let bytes = 0
  for (const one of given) {
    const key = joinBytes(prefix, checkKey('put' in one ? one.put : one.delete, maxKeyBytes))
    const valueBytes = 'put' in one ? checkValue(one.value, limits) : 0
    bytes += key.length + valueBytes + OPERATION_BYTES
    if (bytes > maxBatchBytes) {
      const message = `a batch has ${bytes} bytes or more, at most ${maxBatchBytes} fit; split it, or raise maxBatchBytes`
      throw new StoreError('TOO_LARGE', message)
    }
    operations.push({ key, value: 'put' in one ? new Uint8Array(one.value) : undefined })
  }
  return { operations, bytes }
}

function checkValue(value: Uint8Array, { maxValueBytes }: StoreLimits): number {
  if (!(value instanceof Uint8Array)) {
    throw new TypeError(`a value is a Uint8Array, got ${value === null ? 'null' : typeof value}`)
  }
  if (value.length <= maxValueBytes) return value.length
  const message = `a value has ${value.length} bytes, at most ${maxValueBytes} fit; split it, or raise maxValueBytes`
  throw new StoreError('TOO_LARGE', message)
}
