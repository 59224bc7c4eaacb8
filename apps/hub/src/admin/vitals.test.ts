import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Vitals } from './vitals.ts'

/** Until the next look. */
async function next(vitals: Vitals): Promise<Vitals['signs']> {
  const before = vitals.signs
  await expect.poll(() => vitals.signs, { timeout: 5000 }).not.toBe(before)
  return vitals.signs
}

function busy(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end) {
    // on purpose
  }
}

it('B7 tells how late the event loop is and how busy the process, the same to all who ask', async () => {
  const vitals = new Vitals()
  try {
    await next(vitals)
    // It measures from its first turn on.
    await setTimeout(100)
    busy(600)
    const signs = await next(vitals)
    expect(signs.loopDelayMs).toBeGreaterThan(500)
    expect(signs.cpu).toBeGreaterThan(10)
    expect(signs.memoryMiB).toBeGreaterThan(10)
    expect(vitals.signs).toBe(signs)
  } finally {
    vitals.stop()
  }
})
