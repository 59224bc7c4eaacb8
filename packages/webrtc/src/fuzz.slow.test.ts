import { expect, test } from 'vitest'
import { giveMutated } from './fixtures/mutations.ts'

test('1,000,000 mutated messages neither crash a link nor leave it stuck; each end has its reason', async () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(performance.timeOrigin) % 2 ** 31)
  await giveMutated(50_000, seed + 1)
  const before = process.memoryUsage()
  const { links, frames, ends, stuck } = await giveMutated(1_000_000, seed)
  console.log(`seed ${seed}: ${links} links, ${frames} frames, ended ${JSON.stringify(ends)}`)
  expect(stuck, `seed ${seed}`).toBe(0)
  expect(frames).toBeGreaterThan(0)
  const known = ['bye', 'evicted', 'failed', 'rejected', 'rejected VERSION', 'local']
  for (const end of Object.keys(ends)) expect(known, `seed ${seed}`).toContain(end)
  const after = process.memoryUsage()
  const grownMiB = (after.heapUsed + after.external - before.heapUsed - before.external) / 2 ** 20
  console.log(`grown by ${grownMiB.toFixed(1)} MiB`)
  expect(grownMiB).toBeLessThan(64)
}, 1_800_000)
