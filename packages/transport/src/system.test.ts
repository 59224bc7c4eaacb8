import { expect, it } from 'vitest'
import { systemRandom } from './system.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

it('random bytes never come twice, however many are asked for at once', () => {
  const seen = new Set<string>()
  let count = 0
  for (let round = 0; round < 300; round++) {
    for (const length of [16, 33, 255, 256, 257, 4096, 70_000].slice(0, round < 5 ? 7 : 5)) {
      const bytes = systemRandom.fill(new Uint8Array(length))
      for (let at = 0; at + 16 <= length; at += 16) {
        seen.add(hex(bytes.subarray(at, at + 16)))
        count++
      }
    }
  }
  expect(seen.size).toBe(count)
})
