/** Compares bytes in a time that depends on their number alone. */
export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) {
    difference |= (a[index] as number) ^ (b[index] as number)
  }
  return difference === 0
}
