import { expect, it } from 'vitest'
import { killWriters } from './kill-writers.ts'

it('what was written is there after the process was killed, and no number was used twice', async () => {
  const { acknowledged, lost, signedTwice } = await killWriters(4)
  expect({ lost, signedTwice }).toEqual({ lost: 0, signedTwice: 0 })
  expect(acknowledged).toBeGreaterThan(50)
}, 120_000)
