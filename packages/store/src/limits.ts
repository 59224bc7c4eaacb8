/** What a store takes at most. */
export interface StoreLimits {
  /** Bytes of a key, with the names of views before it. Default 1,024. */
  readonly maxKeyBytes: number
  /** Bytes of a value. Default 1 MiB. */
  readonly maxValueBytes: number
  /** Bytes of a batch: its keys, its values and 32 for each operation. Default 4 MiB. */
  readonly maxBatchBytes: number
  /** Bytes of everything begun and not ended, counted as in a batch. Default 16 MiB. */
  readonly maxPendingBytes: number
  /** Ranges that have begun and not ended. Default 64; each holds a page of some 256 KiB. */
  readonly maxOpenRanges: number
}

/** What each operation costs besides its bytes. */
export const OPERATION_BYTES = 32

const DEFAULTS: StoreLimits = {
  maxKeyBytes: 1024,
  maxValueBytes: 1024 * 1024,
  maxBatchBytes: 4 * 1024 * 1024,
  maxPendingBytes: 16 * 1024 * 1024,
  maxOpenRanges: 64,
}

/**
 * The limits with their defaults.
 * @throws RangeError if one is no positive whole number
 */
export function storeLimits(given: Partial<StoreLimits> = {}): StoreLimits {
  const limit = (name: keyof StoreLimits): number =>
    positiveWhole(name, given[name] ?? DEFAULTS[name])
  return {
    maxKeyBytes: limit('maxKeyBytes'),
    maxValueBytes: limit('maxValueBytes'),
    maxBatchBytes: limit('maxBatchBytes'),
    maxPendingBytes: limit('maxPendingBytes'),
    maxOpenRanges: limit('maxOpenRanges'),
  }
}

/** @throws RangeError naming the option if it is no positive whole number */
export function positiveWhole(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new RangeError(`${name} must be a positive whole number, got ${value}`)
}
