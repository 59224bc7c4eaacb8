import { expect, test } from 'vitest'
import { giveMutated } from './fixtures/mutations.ts'

test('20,000 mutated messages neither crash a link nor leave it stuck; each end has its reason', async () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(performance.timeOrigin) % 2 ** 31)
  const { links, frames, ends, stuck } = await giveMutated(20_000, seed)
  console.log(`seed ${seed}: ${links} links, ${frames} frames, ended ${JSON.stringify(ends)}`)
  expect(stuck, `seed ${seed}`).toBe(0)
  expect(frames).toBeGreaterThan(0)
  const known = ['bye', 'evicted', 'failed', 'rejected', 'rejected VERSION', 'local']
  for (const end of Object.keys(ends)) expect(known, `seed ${seed}`).toContain(end)
}, 60_000)
