/**
 * Returns `bytes` if they are so many.
 * @param name what they are, for the error, which says the number and nothing of the content
 * @throws RangeError that says what it got
 */
export function requireBytes(name: string, bytes: Uint8Array, count: number): Uint8Array {
  if (bytes.length === count) return bytes
  throw new RangeError(`${name} has ${count} bytes, got ${bytes.length}`)
}
