import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compareBytes } from '../bytes.ts'
import { BATCH_KEYS, type ChildReport } from '../fixtures/level-reports.ts'
import { runLevelChild } from '../fixtures/spawn-level-child.ts'
import { keyText } from '../index.ts'
import { openLevelStore } from '../level.ts'
import { SeededRandom } from '../testing/random.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pigeon-store-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** The numbers of the batches that are in the store, each whole. */
async function wholeBatches(valueBytes: number): Promise<Set<number>> {
  const counts = new Map<number, number>()
  const store = await openLevelStore(directory)
  for await (const { key, value } of store.range()) {
    const batch = Number.parseInt(keyText(key), 10)
    const wanted = new Uint8Array(valueBytes).fill(batch)
    if (compareBytes(value, wanted) !== 0) throw new Error(`batch ${batch} has another value`)
    counts.set(batch, (counts.get(batch) ?? 0) + 1)
  }
  await store.close()
  expect([...counts].filter(([, count]) => count !== BATCH_KEYS)).toEqual([])
  return new Set(counts.keys())
}

const SEED = 1

test('a process that is killed while it writes loses no durable batch and leaves none half', async () => {
  const random = new SeededRandom(SEED)
  const durable: number[] = []
  for (let round = 0; round < 6; round++) {
    const order = { directory, parallel: random.pick([1, 8]), valueBytes: 300 }
    let left = 20 + random.below(400)
    await runLevelChild(order, (report, kill) => {
      if (report.event === 'durable') durable.push(report.batch)
      if (report.event === 'failed') throw new Error(`batch ${report.batch}: ${report.code}`)
      if (left-- === 0) kill()
    })
    const there = await wholeBatches(300)
    const lost = durable.filter((batch) => !there.has(batch))
    expect(lost, `round ${round} of seed ${SEED}`).toEqual([])
  }
  expect(durable.length).toBeGreaterThan(200)
}, 120_000)

test('a batch that fails in its middle leaves nothing, and what is written behind it stays', async () => {
  const reports: ChildReport[] = []
  const order = { directory, parallel: 3, valueBytes: 3000, batches: 60 }
  // Files end at some 100 or 200 kB, amid the record of a batch of 30 kB.
  await runLevelChild(order, (report) => reports.push(report), 200)
  const batchesOf = (...events: string[]): number[] =>
    reports.flatMap((one) => (events.includes(one.event) && 'batch' in one ? [one.batch] : []))
  const [written, failed] = [batchesOf('durable', 'written'), batchesOf('failed')]
  expect(reports.flatMap((one) => ('code' in one ? [one.code] : []))).toContain('QUOTA')
  expect(new Set([...written, ...failed]).size).toBe(60)
  expect(Math.max(...written)).toBeGreaterThan(Math.min(...failed))
  const there = await wholeBatches(3000)
  expect([...there].sort((a, b) => a - b)).toEqual(written.sort((a, b) => a - b))
}, 60_000)
