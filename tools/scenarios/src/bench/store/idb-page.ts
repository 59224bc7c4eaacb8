// Runs in the browser: @pigeon/store/idb against idb-keyval as it is.

import { openIdbStore } from '@pigeon/store/idb'
import { createStore, entries, get, setMany } from 'idb-keyval'
import { keyOf, type Measured, measure, type Times, times, VALUE } from './rounds.ts'

declare global {
  var measureIdb: () => Promise<Times[]>
}

const peerName = 'idb-keyval'

globalThis.measureIdb = async () => {
  const store = await openIdbStore('ours')
  const theirs = createStore('theirs', 'keyval')
  const put = (names: string[], durable = false): Promise<void> =>
    store.batch(
      names.map((name) => ({ put: name, value: VALUE })),
      { durable },
    )
  const putRaw = (names: string[]): Promise<void> =>
    setMany(
      names.map((name) => [name, VALUE]),
      theirs,
    )
  const name = (round: number, index: number): string => keyOf(round * 2000 + index)
  const batches =
    (one: typeof putRaw, size: number, count: number) =>
    async (round: number): Promise<void> => {
      for (const part of times(count)) {
        await one(times(size).map((index) => name(round % 2, part * size + index)))
      }
    }
  const measured: Measured[] = [
    {
      metric: 'IndexedDB: one by one',
      peerName,
      entries: 100,
      ours: batches(put, 1, 100),
      theirs: batches(putRaw, 1, 100),
    },
    {
      metric: 'IndexedDB: durable, one by one',
      peerName: 'idb-keyval, not durable',
      entries: 100,
      ours: batches((names) => put(names, true), 1, 100),
      theirs: batches(putRaw, 1, 100),
    },
    {
      metric: 'IndexedDB: batches of 50',
      peerName,
      entries: 2000,
      ours: batches(put, 50, 40),
      theirs: batches(putRaw, 50, 40),
    },
    {
      metric: 'IndexedDB: get',
      peerName,
      entries: 200,
      ours: async () => {
        for (const index of times(200)) await store.get(name(0, index))
      },
      theirs: async () => {
        for (const index of times(200)) await get(name(0, index), theirs)
      },
    },
    {
      metric: 'IndexedDB: range of all 4,000',
      peerName: 'idb-keyval, entries()',
      entries: 4000,
      ours: async () => {
        for await (const _ of store.range());
      },
      theirs: () => entries(theirs),
    },
    {
      metric: 'IndexedDB: range of 20 of 4,000',
      peerName: 'idb-keyval, entries()',
      entries: 20,
      ours: async () => {
        for await (const _ of store.range({ gte: name(0, 100), limit: 20 }));
      },
      theirs: async () => {
        const all = await entries<string, Uint8Array>(theirs)
        const [from, to] = [name(0, 100), name(0, 120)]
        return all.filter(([key]) => key >= from && key < to)
      },
    },
  ]
  return measure(measured)
}
