import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLevelStore } from '@pigeon/store/level'
import { ClassicLevel } from 'classic-level'
import { keyOf, type Measured, measure, type Times, times, VALUE } from './rounds.ts'

const peerName = 'classic-level'

/** `@pigeon/store/level` against classic-level as it is. */
export async function measureLevel(): Promise<Times[]> {
  const directory = mkdtempSync(join(tmpdir(), 'pigeon-bench-'))
  const store = await openLevelStore(join(directory, 'ours'))
  const level = new ClassicLevel<string, Uint8Array>(join(directory, 'theirs'), {
    valueEncoding: 'view',
  })
  await level.open()

  const put = (names: string[], durable: boolean): Promise<void> =>
    store.batch(
      names.map((name) => ({ put: name, value: VALUE })),
      { durable },
    )
  const putRaw = (names: string[], sync: boolean): Promise<void> =>
    level.batch(
      names.map((key) => ({ type: 'put' as const, key, value: VALUE })),
      { sync },
    )
  const writers = [put, putRaw] as const
  const writing = (
    metric: string,
    entries: number,
    write: (one: typeof put, round: number) => Promise<unknown>,
  ): Measured => {
    const [ours, theirs] = writers.map((one) => (round: number) => write(one, round))
    return { metric, peerName, entries, ours: ours as never, theirs: theirs as never }
  }
  const name = (round: number, index: number): string => keyOf(round * 10_000 + index)

  const measured: Measured[] = [
    writing('LevelDB: durable, one by one', 50, async (one, round) => {
      for (const index of times(50)) await one([name(round, index)], true)
    }),
    writing('LevelDB: durable, 50 at once', 200, async (one, round) => {
      for (const part of times(4)) {
        await Promise.all(times(50).map((index) => one([name(round, part * 50 + index)], true)))
      }
    }),
    writing('LevelDB: durable, batches of 50', 1000, async (one, round) => {
      for (const part of times(20)) {
        await one(
          times(50).map((index) => name(round, part * 50 + index)),
          true,
        )
      }
    }),
    writing('LevelDB: batches of 50', 10_000, async (one, round) => {
      for (const part of times(200)) {
        await one(
          times(50).map((index) => name(round, part * 50 + index)),
          false,
        )
      }
    }),
    {
      metric: 'LevelDB: get',
      peerName,
      entries: 2000,
      ours: async () => {
        for (const index of times(2000)) await store.get(name(3, index))
      },
      theirs: async () => {
        for (const index of times(2000)) await level.get(name(3, index))
      },
    },
    {
      metric: 'LevelDB: range of 10,000',
      peerName,
      entries: 10_000,
      ours: async () => {
        for await (const _ of store.range({ gte: name(3, 0), lt: name(4, 0) }));
      },
      theirs: async () => {
        for await (const _ of level.iterator({ gte: name(3, 0), lt: name(4, 0) }));
      },
    },
  ]
  const found = await measure(measured)
  await store.close()
  await level.close()
  rmSync(directory, { recursive: true })
  return found
}
