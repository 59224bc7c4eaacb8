import { compareBytes, joinBytes, nextKey, prefixEnd } from './bytes.ts'
import { checkBound } from './check-key.ts'
import type { RangeOptions } from './store.ts'

/** The keys from `gte` to before `lt`, or to the last one. */
export interface Span {
  readonly gte: Uint8Array
  readonly lt: Uint8Array | undefined
  /** From the last to the first. */
  readonly reverse: boolean
}

/**
 * The span that options of a range describe.
 * @param maxKeyBytes of a bound
 * @throws TypeError if a bound is no key, StoreError `TOO_LARGE` if it exceeds the limit
 */
export function spanOf(options: RangeOptions, maxKeyBytes: number): Span {
  const { prefix, gte, gt, lte, lt, reverse = false } = options
  let from: Uint8Array = new Uint8Array(0)
  let to: Uint8Array | undefined
  const raise = (bound: Uint8Array): void => {
    if (compareBytes(bound, from) > 0) from = bound
  }
  const lower = (bound: Uint8Array | undefined): void => {
    if (bound && (to === undefined || compareBytes(bound, to) < 0)) to = bound
  }
  if (prefix !== undefined) {
    const bound = checkBound(prefix, maxKeyBytes)
    raise(bound)
    lower(prefixEnd(bound))
  }
  if (gte !== undefined) raise(checkBound(gte, maxKeyBytes))
  if (gt !== undefined) raise(nextKey(checkBound(gt, maxKeyBytes)))
  if (lte !== undefined) lower(nextKey(checkBound(lte, maxKeyBytes)))
  if (lt !== undefined) lower(checkBound(lt, maxKeyBytes))
  return { gte: from, lt: to, reverse }
}

/** The same span among the keys that begin with `prefix`. */
export function spanWithin({ gte, lt, reverse }: Span, prefix: Uint8Array): Span {
  return {
    gte: joinBytes(prefix, gte),
    lt: lt ? joinBytes(prefix, lt) : prefixEnd(prefix),
    reverse,
  }
}

/** Whether no key can lie in it. */
export function isEmpty({ gte, lt }: Span): boolean {
  return lt !== undefined && compareBytes(gte, lt) >= 0
}

/** What is left once everything up to the key `last` was read. */
export function spanAfter(span: Span, last: Uint8Array): Span {
  return span.reverse ? { ...span, lt: last.slice() } : { ...span, gte: nextKey(last) }
}

/**
 * The `limit` of a range.
 * @throws RangeError if it is no whole number from 0
 */
export function limitOf({ limit = Number.POSITIVE_INFINITY }: RangeOptions): number {
  if (limit >= 0 && (limit === Number.POSITIVE_INFINITY || Number.isSafeInteger(limit))) {
    return limit
  }
  throw new RangeError(`limit must be a whole number from 0, got ${limit}`)
}
