import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { cutTransfer } from '../fixtures/cut-transfer.ts'
import { breakablePaths } from '../fixtures/paths.ts'

test('8 MB over a werift link that breaks in the middle arrive whole', async () => {
  const data = randomBytes(8_000_000)
  const expected = createHash('sha256').update(data).digest('hex')
  const result = await cutTransfer(new Blob([data]), data.length, breakablePaths())
  const { cutAt, seconds, memoryMiB } = result
  console.log(
    `8 MB, cut at ${cutAt}: ${seconds.toFixed(1)} s, at most ${memoryMiB.toFixed(1)} MiB more`,
  )
  expect(result.hash).toBe(expected)
  expect(result.cutAt).toBeLessThan(data.length)
  expect(result.downs).toBeGreaterThan(0)
}, 60_000)
