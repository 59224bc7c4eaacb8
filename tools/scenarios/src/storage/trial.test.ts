import { expect, it } from 'vitest'
import { storageTrial } from './trial.ts'

it.each([1, 2, 3])('replicas are equal after all that goes wrong, seed %i', async (seed) => {
  const { problems, entries } = await storageTrial(seed)
  expect({ seed, problems }).toEqual({ seed, problems: [] })
  expect(entries).toBeGreaterThan(50)
})
