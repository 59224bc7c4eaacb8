import type { Random } from './contracts.ts'

/**
 * Bytes that depend on the seed alone, for tests; never for keys.
 * @param seed any whole number
 * @see Steele et al. 2014, SplitMix (the 32-bit variant)
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  return {
    fill(bytes) {
      for (let index = 0; index < bytes.length; index++) {
        state = (state + 0x9e3779b9) | 0
        let mixed = state ^ (state >>> 16)
        mixed = Math.imul(mixed, 0x21f0aaad)
        mixed ^= mixed >>> 15
        mixed = Math.imul(mixed, 0x735a2d97)
        bytes[index] = (mixed ^ (mixed >>> 15)) & 255
      }
      return bytes
    },
  }
}
