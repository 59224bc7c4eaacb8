import { expect, it } from 'vitest'
import { largeSpace } from './large-space.ts'

it('a page keeps what somebody else wrote, and a fresh one reads all of it from IndexedDB', async () => {
  const { values, runs } = await largeSpace(500, 1)
  expect(values).toBe(500)
  expect(runs).toBeLessThan(20)
}, 60_000)
