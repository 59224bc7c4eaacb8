/**
 * Returns `value` if it is a whole number in a range.
 * @param name what it is called where it is set, for the error
 * @throws RangeError that says what it got
 */
export function wholeNumber(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new RangeError(`${name} is a whole number from ${min} to ${max}, got ${value}`)
}
