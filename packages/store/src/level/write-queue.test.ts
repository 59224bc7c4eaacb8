import { expect, test } from 'vitest'
import type { EngineOperation } from '../engine.ts'
import { WriteQueue } from './write-queue.ts'

const operations = (count: number, name = 1): EngineOperation[] =>
  Array.from({ length: count }, () => ({ key: Uint8Array.of(name), value: undefined }))

/** A disk whose writes end when the test says so. */
class SlowDisk {
  readonly writes: { names: number[]; durable: boolean; end: (error?: Error) => void }[] = []
  readonly queue = new WriteQueue(
    (group, durable) =>
      new Promise<void>((resolve, reject) => {
        const names = group.map(({ key }) => key[0] as number)
        const end = (error?: Error): void => (error ? reject(error) : resolve())
        this.writes.push({ names, durable, end })
      }),
  )
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('what comes while one is written is written together, in order, durable if one is', async () => {
  const { queue, writes } = new SlowDisk()
  const ended: number[] = []
  for (let name = 1; name <= 4; name++) {
    void queue.add(operations(2, name), name === 3).then(() => ended.push(name))
  }
  await soon()
  expect(writes).toMatchObject([{ names: [1, 1], durable: false }])
  writes[0]?.end()
  await soon()
  expect(ended).toEqual([1])
  expect(writes[1]).toMatchObject({ names: [2, 2, 3, 3, 4, 4], durable: true })
  writes[1]?.end()
  await soon()
  expect(ended).toEqual([1, 2, 3, 4])
  void queue.add(operations(1, 5), false)
  expect(writes[2]).toMatchObject({ names: [5], durable: false })
})

test('a group that fails fails for all in it, and the next one is written', async () => {
  const { queue, writes } = new SlowDisk()
  const results: string[] = []
  for (const name of [1, 2, 3]) {
    queue.add(operations(1, name), false).then(
      () => results.push(`${name} ok`),
      (error: Error) => results.push(`${name} ${error.message}`),
    )
  }
  writes[0]?.end(new Error('full'))
  await soon()
  void queue.add(operations(1, 4), false)
  writes[1]?.end(new Error('still full'))
  await soon()
  expect(writes[2]).toMatchObject({ names: [4] })
  expect(results).toEqual(['1 full', '2 still full', '3 still full'])
})

test('a group ends before 1,024 operations; a larger batch is one of its own', async () => {
  const { queue, writes } = new SlowDisk()
  for (const count of [1, 1000, 24, 1, 3000, 1]) void queue.add(operations(count), false)
  for (let round = 0; round < 5; round++) {
    await soon()
    writes[round]?.end()
  }
  expect(writes.map(({ names }) => names.length)).toEqual([1, 1024, 1, 3000, 1])
})
