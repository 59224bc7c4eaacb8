import { expect, it } from 'vitest'
import { killTabs } from './kill-tabs.ts'

it('what a tab wrote is there after its browser was killed, and no number was used twice', async () => {
  const { acknowledged, lost, signedTwice } = await killTabs(2)
  expect({ lost, signedTwice }).toEqual({ lost: 0, signedTwice: 0 })
  expect(acknowledged).toBeGreaterThan(10)
}, 120_000)
