import { expect, test } from 'vitest'
import { lazily } from './lazily.ts'

test('something slow is done once, when it is first needed', async () => {
  let done = 0
  const load = lazily(async () => ++done)
  expect(done).toBe(0)
  expect(await Promise.all([load(), load()])).toEqual([1, 1])
  expect(await load()).toBe(1)
})

test('after a failure the next call tries again', async () => {
  let online = false
  const load = lazily(async () => {
    if (!online) throw new Error('offline')
    return 'loaded'
  })
  await expect(load()).rejects.toThrow('offline')
  online = true
  expect(await load()).toBe('loaded')
})
