/** Decides when a result is believed. */
export interface Validation {
  /** Workers that must agree on the result of the input of that number. @param fraction random, below 1 */
  agreeing(index: number, fraction: number): number
  /** Workers that are asked at most; if too few agree then, the task is put aside. */
  readonly most: number
  /** Whether two results, decoded, are the same. */
  same(a: unknown, b: unknown): boolean
}

/** Whether two results are the same, byte by byte and value by value. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [keys, others] = [Object.keys(a), Object.keys(b)]
  const values = a as Record<string, unknown>
  const otherValues = b as Record<string, unknown>
  return (
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(values[key], otherValues[key]))
  )
}
